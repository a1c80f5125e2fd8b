"""Kill what the site stands on while people use it: nothing is lost, nothing is half done, and it goes on."""

import json
import os
import re
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from http import HTTPStatus
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest

from tests.journeys.place import AVOW, ROOT, Place, children, ground
from tests.journeys.test_pages import free_port, ready


@pytest.fixture(scope="module")
def place() -> Iterator[Place]:
    """Give a store with the example policy."""
    with ground() as folder:
        found = Place(folder / "data", {"AVOW_BIND": f"127.0.0.1:{free_port()}"})
        found.avow("setup")
        yield found


def until(true: Callable[[], object], within: float = 180) -> None:
    """Wait until something is so."""
    end = time.monotonic() + within
    while not true():
        assert time.monotonic() < end
        time.sleep(0.1)


@contextmanager
def served(place: Place, *words: str) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """Serve the site, and end it cleanly."""
    site = f"http://{place.settings['AVOW_BIND']}"
    process = subprocess.Popen(
        [str(AVOW), "serve", *words], env=place.environment, cwd=ROOT, stderr=subprocess.PIPE, text=True
    )
    until(lambda: ready(site))
    try:
        yield site, process
    finally:
        process.send_signal(signal.SIGTERM)
        said = process.communicate(timeout=180)[1]
        assert "Traceback" not in said, said


def ask(site: str, path: str, data: Mapping[str, str] | None = None) -> tuple[int, str]:
    """Ask for a page, or post to it as a page of the same site does; give status and text."""
    parts = urlsplit(site)
    line = HTTPConnection(parts.hostname or "", parts.port or 0, timeout=30)
    headers = {"Origin": site, "Content-Type": "application/x-www-form-urlencoded"}
    try:
        line.request("GET" if data is None else "POST", path, None if data is None else urlencode(data), headers)
        answer = line.getresponse()
        return answer.status, answer.read().decode()
    finally:
        line.close()


def kill_store(place: Place) -> int:
    """Kill PostgreSQL as a machine out of memory does, all of it; give its process."""
    pid = place.server
    os.kill(pid, signal.SIGKILL)
    until(lambda: not Path(f"/proc/{pid}").exists() or "Z" in Path(f"/proc/{pid}/stat").read_text().split()[2])
    return pid


def registered(site: str, address: str) -> int:
    """Register by the form, as a browser does; give the status."""
    page = ask(site, "/register/")[1]
    shown = re.search(r'name="shown" value="([^"]+)"', page)
    email = re.search(r'name="([^"]+\.email)"', page)
    assert shown
    assert email
    return ask(site, "/register/", {email[1]: address, "shown": shown[1]})[0]


def asked(place: Place, query: str) -> str:
    """Ask the store as its owner sees it, through a process of its own; give the first column of the first row."""
    code = (
        "import sys\nfrom avow.store.connect import address, connect\nimport psycopg\nconnect()\n"
        f"with psycopg.connect(address('avow_backup')) as c:\n print(c.execute({query!r}).fetchone()[0])"
    )
    said, _ = place.python(code).communicate(timeout=120)
    return said.strip().splitlines()[-1]


@pytest.mark.parametrize("words", [(), ("--no-work",)])
def test_the_store_is_killed_under_the_site(place: Place, words: tuple[str, ...]) -> None:
    """A refusal is received at once, pages say so meanwhile, the store comes back, and the refusal is there first."""
    address = f"bob{len(words)}@example.org"
    refused = "SELECT count(*) FROM choice WHERE answer = 'no' AND reach IS NOT NULL AND scope = 1"
    with served(place, *words) as (site, _):
        assert registered(site, address) == 200
        before = int(asked(place, refused))
        first = kill_store(place)
        assert ask(site, "/choices/", {"address": address})[0] in {200, 202}, "received"
        until(lambda: ask(site, "/desk/signin/")[0] == 200)
        until(lambda: not list((place.data / "spool").glob("*.json")))
        assert place.server != first
        assert int(asked(place, refused)) == before + 1
    assert "Everything agrees" in place.avow("ledger", "fsck")


def test_the_store_freezes_under_the_site(place: Place) -> None:
    """A store that is there and answers nothing: the no is received all the same, and applied when it goes on."""
    refused = "SELECT count(*) FROM choice WHERE answer = 'no' AND reach IS NOT NULL AND scope = 1"
    with served(place, "--no-work") as (site, _):
        assert registered(site, "erin@example.org") == 200
        before = int(asked(place, refused))
        frozen = [place.server, *children(place.server)]
        for process in frozen:
            os.kill(process, signal.SIGSTOP)
        try:
            assert ask(site, "/choices/", {"address": "erin@example.org"})[0] == HTTPStatus.ACCEPTED
            assert list((place.data / "spool").glob("*.json"))
        finally:
            for process in frozen:
                os.kill(process, signal.SIGCONT)
        until(lambda: not list((place.data / "spool").glob("*.json")))
        assert int(asked(place, refused)) == before + 1


def test_what_was_refused_meanwhile_comes_before_any_mail(place: Place, tmp_path: Path) -> None:
    """The store is gone: the no is received (202), and holds when the next mailing begins, though nobody ran `work`."""
    (tmp_path / "letter.md").write_text("# An offer\n\nDear {{ name | friend }}, here is an offer.\n")
    with served(place, "--no-work") as (site, _):
        for who in ("carol", "dave"):
            assert registered(site, f"{who}@example.org") == 200
            proven(place, f"{who}@example.org")
        kill_store(place)
        assert ask(site, "/choices/", {"address": "carol@example.org"})[0] == HTTPStatus.ACCEPTED
    said = place.avow("mailing", "send", "offers", str(tmp_path / "letter.md"), "--json")
    told = json.loads(said[said.index("\n{") :])
    assert told["mailing"]["states"] == {"sent": 1}
    assert told["mailing"]["accounted"]
    assert not list((place.data / "spool").glob("*.json"))


def proven(place: Place, address: str) -> None:
    """Let the holder of an address prove it."""
    code = (
        "from avow.store.connect import connect\nconnect()\nfrom avow.record.known.address import parse\n"
        "from avow.record.known.identity import persons_at, verify\n"
        f"exact = parse({address!r}).exact_id\nverify(persons_at(exact)[0], exact, 'test')\nprint('proven')"
    )
    assert place.python(code).communicate(timeout=120)[0].strip().endswith("proven")


def test_a_page_that_needs_the_store_says_so(place: Place) -> None:
    """Whoever asks for a page meanwhile gets 503 and a word, never a trace, and by asking brings the store back."""
    with served(place, "--no-work") as (site, _):
        ask(site, "/desk/signin/")
        first = kill_store(place)
        answers = [ask(site, "/desk/signin/")]
        while answers[-1][0] != HTTPStatus.OK:
            assert len(answers) < 300
            time.sleep(0.1)
            answers.append(ask(site, "/desk/signin/"))
        assert {status for status, _ in answers} <= {200, 503}
        assert all("store does not answer" in page for status, page in answers if status == 503)
        assert place.server != first


def test_nothing_of_an_import_that_is_killed_stays(place: Place, tmp_path: Path) -> None:
    """Kill -9 in the middle of `avow people import`: not one person of it is there; it can be done again, once."""
    lines = [f"p{i}@example.net,Name {i}" for i in range(300_000)]
    (tmp_path / "people.csv").write_text("\n".join(["email,name", *lines]) + "\n")
    before = asked(place, "SELECT count(*) FROM person")
    command = [str(AVOW), "people", "import", str(tmp_path / "people.csv")]
    process = subprocess.Popen(
        command, env=place.environment, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    until((place.data / "postgres" / "postmaster.pid").exists)
    time.sleep(5)
    assert process.poll() is None, "it was to be killed in the middle"
    process.kill()
    process.wait()
    assert asked(place, "SELECT count(*) FROM person") == before
    assert "Everything agrees" in place.avow("ledger", "fsck")


def test_killed_work_is_started_again(place: Place) -> None:
    """Kill -9 of `avow work` beside the site: another is there in a moment, and entries get their place."""
    with served(place) as (site, process):
        until(lambda: _work(process.pid))
        first = _work(process.pid)
        assert first
        os.kill(first, signal.SIGKILL)
        assert registered(site, "work@example.org") == 200
        until(lambda: _work(process.pid) not in {None, first})
        until(lambda: asked(place, "SELECT count(*) FROM waiting") == "0")
    assert "Everything agrees" in place.avow("ledger", "fsck")


def test_a_killed_worker_is_started_again(place: Place) -> None:
    """Kill -9 of the process that answers requests: another answers in a moment."""
    with served(place, "--no-work") as (site, process):
        workers = [child for child in children(process.pid) if b"resource_tracker" not in _line(child)]
        assert workers
        for child in workers:
            os.kill(child, signal.SIGKILL)
        until(lambda: ready(site))
        assert registered(site, "worker@example.org") == 200
    assert "Everything agrees" in place.avow("ledger", "fsck")


def _line(process: int) -> bytes:
    return Path(f"/proc/{process}/cmdline").read_bytes()


def _work(parent: int) -> int | None:
    """Give the process of `avow work` that a site started."""
    for task in Path(f"/proc/{parent}/task").iterdir():
        for child in (task / "children").read_text().split():
            line = Path(f"/proc/{child}/cmdline")
            if line.exists() and b"avow.work" in line.read_bytes():
                return int(child)
    return None


def test_the_disk_fills_under_the_site(place: Place) -> None:
    """On a full disk nothing is half kept, a no that cannot be kept is not said to be; with room again all goes on."""
    data = place.data
    if os.geteuid():
        with served(place, "--no-work") as (site, _):
            (data / "spool").mkdir(exist_ok=True)
            (data / "spool").chmod(0o500)
            kill_store(place)
            status, page = ask(site, "/choices/", {"address": "full@example.org"})
            (data / "spool").chmod(0o700)
            assert status in {200, 503}
            assert status == HTTPStatus.OK or "was not kept" in page
        return
    with mounted(data) as disk:
        small = Place(disk / "data", place.settings)
        with served(small, "--no-work") as (site, _):
            assert registered(site, "before@example.org") == 200
            fill(disk / "filler")
            took = {f"p{i}@example.org": registered(site, f"p{i}@example.org") for i in range(40)}
            status, page = ask(site, "/choices/", {"address": "before@example.org"})
            assert status in {200, 202, 503}
            assert status != HTTPStatus.SERVICE_UNAVAILABLE or "was not kept" in page
            (disk / "filler").unlink()
            until(lambda: ask(site, "/desk/signin/")[0] == 200)
            assert registered(site, "after@example.org") == 200
            until(lambda: not list((small.data / "spool").glob("*.json")))
        people = int(asked(small, "SELECT count(*) FROM person"))
        assert people == 2 + sum(status == HTTPStatus.OK for status in took.values()) + int(
            asked(place, "SELECT count(*) FROM person")
        )
        assert "Everything agrees" in small.avow("ledger", "fsck")


def fill(path: Path) -> None:
    """Write until the disk takes no more."""
    with suppress(OSError), path.open("wb", buffering=0) as file:
        while True:
            file.write(b"\0" * 65536)


@contextmanager
def mounted(data: Path) -> Iterator[Path]:
    """Copy a store to a disk of its own that has a few megabytes left; root alone can mount one."""
    need = subprocess.run(["du", "-sm", str(data)], check=True, capture_output=True, text=True).stdout.split()[0]
    disk = data.parent / "small"
    disk.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={int(need) + 24}m,mode=0711", "tmpfs", str(disk)], check=True)
    try:
        subprocess.run(["cp", "-a", str(data), str(disk / "data")], check=True)
        yield disk
    finally:
        subprocess.run(["umount", "-l", str(disk)], check=True)
