"""Measure mail: a whole mailing with its ledger, one message, the expansion, memory, letters in, a no while it runs."""

import gc
import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from pathlib import Path
from statistics import mean, median, quantiles
from uuid import UUID

import psycopg
from django.test import Client

import avow.cli  # it readies Django, which the rest needs
from avow.config import config
from avow.decision.request import Request
from avow.gate.clearance import _SEAL, Clearance
from avow.mail import outbox
from avow.mail.form.form import purpose_of, to_list
from avow.mail.form.letterhead import letterhead
from avow.mail.form.written.laid import lay
from avow.mail.links import token
from avow.mail.mailing import expand, report
from avow.mail.message import copy
from avow.policy.folder import load
from avow.record.key import new_key
from avow.record.shown.versions import in_force
from avow.store.journal.folder import begin
from avow.store.point import point
from avow.store.server.embedded import OWNER, Embedded
from avow.terms import MessageKind
from bench.apart import apart
from bench.crowd import crowd
from bench.letters import intake
from bench.sink import sinking, source
from tests.journeys.postfix import postfix

assert avow.cli.__doc__

PARAGRAPH = "We have written this paragraph so that the message is as long as letters are, and a bit longer."
WORDS = "# An offer\n\nDear {{ name | friend }}, here is an offer.\n\n" + "\n\n".join([PARAGRAPH] * 12) + "\n"
DURABLE = "-c shared_buffers=1GB -c max_wal_size=4GB"
PEOPLE, LARGE, THROUGH, COMPOSED, REFUSED = 100_000, 1_000_000, 3_000, 50_000, 300
_SETTLE = 5.0
"""Seconds in which Postfix delivers what it took before."""
WORKERS = 2
"""Processes that send: one for each processor of the machine that the limits are for."""
FIRST = 10_000
"""Messages after which a worker's memory is looked at for the first time."""


def run() -> list[dict[str, object]]:
    """Measure each part in a process and on a store of its own; commits are durable."""
    return [
        *apart("bench.mail", "one"),
        *apart("bench.mail", "sent", str(PEOPLE)),
        *apart("bench.mail", "expanded", str(LARGE)),
        *intake(),
    ]


def one() -> list[dict[str, object]]:
    """Build personal messages from clearances, one in ten with letters beyond ASCII."""
    policy = load("policies/example").policies[-1]
    (config().data / "keys").mkdir(parents=True)
    (config().data / "keys" / "token.key").write_text("5a" * 32)
    form = to_list(policy, purpose_of(policy, MessageKind.MARKETING_OFFER), "offers", None, WORDS)
    laid, key = lay(form, letterhead(policy), eight_bit=True), new_key()
    rounds = []
    for _ in range(5):
        cleared = [_cleared(form.request, number) for number in range(COMPOSED // 5)]
        started = time.process_time()
        for clearance in cleared:
            copy(clearance, laid, key)
        rounds.append((time.process_time() - started) / len(cleared) * 1e6)
    size = len(copy(_cleared(form.request, 1), laid, key).data)
    return [_result("one message", min(rounds), "us", f"limit; {size} bytes, with its links", (15, 6))]


def _cleared(request: Request, number: int) -> Clearance:
    """Make what the gate gives of one person."""
    source_ = ("2025-03-02T10:00:00+00:00", "registration", "2025-01-01")
    name = "Zoë Beispiel" if number % 10 == 0 else "Alice Example"
    fields = {"contact": {"email": f"person{number}@example.org"}, "profile": {"name": name, "country": "NL"}}
    origin = {"contact": source_, "profile": source_}
    reach = number.to_bytes(32, "big")
    return Clearance(new_key(), request, "2025-01-01", fields, origin, reach, 3, 7, frozenset(), seal=_SEAL)


def sent(people: int) -> list[dict[str, object]]:
    """Send a mailing into a sink, refuse while another is on its way, and send one through Postfix."""
    options = {"rivals": False, "options": DURABLE}
    with crowd(Path(os.environ["AVOW_DATA"]), people, **options) as (server, _), sinking() as port:  # type: ignore[arg-type]  # as named
        begin()
        size = _size()
        found = _into_sink(server, port, size)
        found += _refusing(server, port)
        with postfix(port) as url:
            found.append(_through(server, int(url.rpartition(":")[2]), size))
        return found


def _size() -> int:
    """Give how many bytes a message of the mailing has."""
    policy = load("policies/example").policies[-1]
    form = to_list(policy, purpose_of(policy, MessageKind.MARKETING_OFFER), "offers", None, WORDS)
    return len(copy(_cleared(form.request, 1), lay(form, letterhead(policy), eight_bit=True), new_key()).data)


def _into_sink(server: Embedded, port: int, size: int) -> list[dict[str, object]]:
    """Send to everybody, with the other client before and after, and look at the memory of one worker."""
    key = expand("offers", WORDS)
    count = report(key).expected
    before = source(port, count, size)
    rate, peaks = _mailed(server, port, WORKERS)
    after = mean([before, source(port, count, size)])
    assert report(key).states == {"sent": count}
    wanted = f"smtp-source -d -s 10, {round(after)} messages/s; {count} messages of {size} bytes, {WORKERS} workers"
    first, last = peaks[0]
    memory = f"limit; {round(last / first, 2)} times its peak after {FIRST} messages"
    return [
        _result("mailing", rate, "messages/s", wanted, (0.4, 0.7), rate / after),
        _result("worker memory", last, "MB", memory, (200, 100)),
    ]


def _through(server: Embedded, port: int, size: int) -> dict[str, object]:
    """Send some through Postfix, whose queue is the limit, with the other client before and after."""
    expand("offers", WORDS)
    with psycopg.connect(server.url(OWNER), autocommit=True) as owner:
        owner.execute(
            "DELETE FROM delivery WHERE state = 'waiting' AND reach NOT IN"
            " (SELECT reach FROM delivery WHERE state = 'waiting' ORDER BY reach LIMIT %s)",
            [THROUGH],
        )
    before = source(port, THROUGH, size, each=True)
    time.sleep(_SETTLE)
    rate, _ = _mailed(server, port, 1)
    time.sleep(_SETTLE)
    after = mean([before, source(port, THROUGH, size, each=True)])
    time.sleep(_SETTLE)
    one = source(port, THROUGH, size)
    wanted = (
        f"smtp-source -d -s 10 -N into the same Postfix, {round(after)} messages/s; one worker;"
        f" to one address alone, {round(one)} messages/s"
    )
    return _result("mailing through Postfix", rate, "messages/s", wanted, (0.75, 0.95), rate / after)


def _mailed(server: Embedded, port: int, workers: int) -> tuple[float, list[list[float]]]:
    """Let workers that are ready send what waits; give messages a second, and the memory of each, early and late."""
    with _working(server, port, workers) as running:
        started = time.perf_counter()
        for one in running:
            one.stdin.write("go\n")  # type: ignore[union-attr]  # a pipe
            one.stdin.flush()  # type: ignore[union-attr]  # same
        told = [json.loads(one.stdout.readline()) for one in running]  # type: ignore[union-attr]  # same
        seconds = time.perf_counter() - started
    return sum(int(one["sent"]) for one in told) / seconds, [one["peaks"] for one in told]


@contextmanager
def _working(server: Embedded, port: int, workers: int) -> Iterator[list[subprocess.Popen[str]]]:
    """Start workers and wait until each has what a running `avow work` has: its modules and its connection."""
    env = os.environ | {"STORE": server.url("avow_app"), "AVOW_SMTP": f"smtp://127.0.0.1:{port}"}
    command = [sys.executable, "-m", "bench.mail", "worker"]
    running = [
        subprocess.Popen([*command, seconds], env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for seconds in ["1", *["5"] * (workers - 1)]  # the first has other jobs too
    ]
    try:
        for one in running:
            assert one.stdout
            assert one.stdout.readline() == "ready\n"
        yield running
    finally:
        for one in running:
            one.terminate()
            one.communicate()


def worker(seconds: float) -> None:
    """Send what waits once told to, in turns so long as `avow work` has them; tell how many, and the memory (MB)."""
    point(os.environ["STORE"])
    in_force()
    gc.freeze()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    sent_, peaks = 0, [0.0]
    while done := outbox.turn(seconds):
        sent_ += done
        if sent_ < FIRST or not peaks[0]:
            peaks[0] = _memory()
    sys.stdout.write(json.dumps({"sent": sent_, "peaks": [*peaks, _memory()]}) + "\n")


def _memory() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _refusing(server: Embedded, port: int) -> list[dict[str, object]]:
    """Post one-click refusals of people drawn from a mailing while it is on its way; each is acknowledged."""
    key = expand("offers", WORDS)
    with psycopg.connect(server.url(OWNER), autocommit=True) as owner:
        people = owner.execute(
            "SELECT person_id, reach FROM delivery WHERE mailing_id = %s ORDER BY md5(reach::text) LIMIT %s",
            [key, REFUSED],
        ).fetchall()
    times: list[float] = []
    browser = Client(headers={"host": "127.0.0.1"})
    _refuse(browser, people[0])
    with _working(server, port, WORKERS) as running:
        for one in running:
            one.stdin.write("go\n")  # type: ignore[union-attr]  # a pipe
            one.stdin.flush()  # type: ignore[union-attr]  # same
        for person in people[1:]:
            if not report(key).open:
                break
            times.append(_refuse(browser, person))
    ended = report(key)
    while outbox.turn():
        pass
    assert report(key).accounted
    told = f"limit; {len(times)}, median {median(times):.0f}, longest {max(times):.0f} ms; {ended.expected} people"
    return [_result("one click meanwhile", quantiles(times, n=100)[98], "ms", told, (300, 100))]


def _refuse(browser: Client, whom: tuple[UUID, bytes]) -> float:
    """Post a one-click refusal and give the time until it was acknowledged (ms)."""
    started = time.perf_counter()
    answer = browser.post(f"/choices/{token(*whom, 'offers')}/one-click/", {"List-Unsubscribe": "One-Click"})
    took = (time.perf_counter() - started) * 1000
    assert answer.status_code == HTTPStatus.OK, answer.content
    return took


def expanded(people: int) -> list[dict[str, object]]:
    """Make the copies of a mailing to whoever of so many people it reaches, and count what a million would take."""
    options = {"rivals": False, "options": DURABLE}
    with crowd(Path(os.environ["AVOW_DATA"]), people, **options):  # type: ignore[arg-type]  # as named
        before = _memory()
        started = time.perf_counter()
        key = expand("offers", WORDS)
        seconds = time.perf_counter() - started
        count = report(key).expected
    told = (
        f"limit; for each million, measured on {count} of {people} people; memory grew by {_memory() - before:.0f} MB"
    )
    return [_result("expansion", seconds / count * 1e6, "s", told, (20, 8))]


def _result(
    name: str, value: float, unit: str, against: str, limits: tuple[float, float], ratio: float | None = None
) -> dict[str, object]:
    return {
        "name": name,
        "value": round(value, 1),
        "unit": unit,
        "against": against,
        "ratio": round(value if ratio is None else ratio, 2),
        "resolve": limits[0],
        "goal": limits[1],
        "better": "lower" if ratio is None else "higher",
    }


PARTS = {"sent": sent, "expanded": expanded}

if __name__ == "__main__":
    if sys.argv[1] == "worker":
        worker(float(sys.argv[2]))
    else:
        sys.stdout.write(json.dumps(one() if sys.argv[1] == "one" else PARTS[sys.argv[1]](int(sys.argv[2]))))
