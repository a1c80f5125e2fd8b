"""Hand letters over to the real door by LMTP: opt-outs hold before the answer, through a kill and without a store."""

import os
import signal
import smtplib
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from avow.lmtp.hands import HAND, MOST
from tests.journeys.place import ROOT, Place, ending, ground
from tests.units.mail.inbound.corpus import letter

PRIVACY = "privacy@example.com"


@pytest.fixture(scope="module")
def made() -> Iterator[Path]:
    """Give a folder with a store that is set up, and that no test changes in a way that another looks at."""
    with ground() as folder:
        Place(folder / "data").avow("setup")
        yield folder


@contextmanager
def door(place: Place, where: Path) -> Iterator[subprocess.Popen[str]]:
    """Run `avow lmtp` at a socket until told otherwise."""
    command = [sys.executable, "-m", "avow.lmtp"]
    environment = place.environment | {"AVOW_LMTP": str(where)}
    process = subprocess.Popen(command, env=environment, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert process.stdout
    assert "takes letters" in process.stdout.readline()
    try:
        yield process
    finally:
        process.terminate()
        assert process.wait(120) in {0, -signal.SIGKILL}
        process.stdout.close()


def hand(where: Path, raw: bytes, *recipients: str, sender: str = "alice@example.org") -> list[tuple[int, bytes]]:
    """Hand one letter over, and give the answer for each recipient."""
    with smtplib.LMTP(str(where), timeout=180) as client:
        client.ehlo()
        client.mail(sender)
        for one in recipients:
            assert client.rcpt(one)[0] == 250
        first = client.data(raw)
        return [first, *(client.getreply() for _ in recipients[1:])]


def refused(place: Place, address: str) -> str:
    """Say whether marketing is refused at an address."""
    return place.avow("why", address, "offers", status=0)


def test_a_no_holds_when_the_door_answers(made: Path) -> None:
    """Each recipient is answered; the no is in the store by then; what is no letter breaks nothing."""
    place, where = Place(made / "data"), made / "a.sock"
    with door(place, where):
        answers = hand(where, letter("Please unsubscribe me."), PRIVACY, "privacy+more@example.com")
        assert [code for code, _ in answers] == [250, 250]
        assert "refused on" in refused(place, "alice@example.org")
        for raw in (b"", b"\x00\xff" * 5000, b"Subject: =?x?q?=ff?=\r\n\r\n\xff", letter("a" * 200_000)):
            assert hand(where, raw, PRIVACY)[0][0] == 250
        with smtplib.LMTP(str(where), timeout=180) as client:
            client.ehlo()
            assert client.mail("carol@example.org", ["SIZE=60000000"])[0] == 552, "larger than a letter may be"
            assert client.mail("carol@example.org", ["SIZE=49000000"])[0] == 250
        assert hand(where, letter("No more mail!", "From: bob@example.org"), PRIVACY, sender="")[0][0] == 250
    assert not where.exists() or not _answers(where)


def test_a_letter_outlives_a_kill(made: Path) -> None:
    """Killed with a letter on the disk and nothing made of it: the next door takes it up, once."""
    place, where = Place(made / "data"), made / "b.sock"
    code = (
        "from avow.mail.taken import raw\nraw.keep(raw.Raw('carol@example.org', ('privacy@example.com',),"
        f" {letter('unsubscribe me', 'From: carol@example.org')!r}))\nimport os\nos.kill(os.getpid(), 9)"
    )
    with ending(place.python(code)) as killed:
        assert killed.wait(180) == -signal.SIGKILL
    (waiting,) = (place.data / "letters" / "new").glob("*.eml")
    waiting.rename(waiting.with_name(f"{time.time_ns() - 10**12:020d}-{waiting.name[21:]}"))
    with door(place, where) as process:
        _until(lambda: not list((place.data / "letters" / "new").glob("*.eml")))
        assert hand(where, letter("Stop it.", "From: dave@example.org"), PRIVACY)[0][0] == 250
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert "refused on" in refused(place, "carol@example.org")
    assert "refused on" in refused(place, "dave@example.org")


def test_each_hand_is_kept_and_ends_with_the_door(made: Path) -> None:
    """Where there are processors for it several processes take letters: one that dies is begun again, none is left."""
    place, where = Place(made / "data"), made / "d.sock"
    with door(place, where) as process:
        _until(lambda: len(_hands(process)) == MOST - 1)
        before = _hands(process)
        for one in before:
            os.kill(one, signal.SIGKILL)
        assert hand(where, letter("Stop it.", "From: fay@example.org"), PRIVACY)[0][0] == 250
        _until(lambda: len(_hands(process) - before) == MOST - 1)
        left = _hands(process)
        process.send_signal(signal.SIGKILL)
        process.wait()
        _until(lambda: not any(Path(f"/proc/{one}").exists() for one in left))
    assert not _answers(where)
    assert "refused on" in refused(place, "fay@example.org")


def _hands(process: subprocess.Popen[str]) -> set[int]:
    """Give the further processes of a door that take letters."""
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    return {int(one) for one in children if HAND in Path(f"/proc/{one}/cmdline").read_text().split("\0")}


def test_a_no_is_taken_while_the_store_is_away() -> None:
    """The store is killed and cannot come back: the letter is answered, spooled, and holds when the store is there."""
    with ground() as folder:
        place, where = Place(folder / "data"), folder / "c.sock"
        place.avow("setup")
        with door(place, where):
            binaries = place.data / "postgres"
            os.kill(place.server, signal.SIGQUIT)
            hidden = binaries.with_name("hidden")
            _until(lambda: not (binaries / "postmaster.pid").exists(), 30)
            binaries.rename(hidden)
            assert hand(where, letter("unsubscribe me", "From: erin@example.org"), PRIVACY)[0][0] == 250
            assert list((place.data / "spool").glob("*.json"))
            assert list((place.data / "letters" / "new").glob("*.eml"))
            hidden.rename(binaries)
            _until(lambda: not list((place.data / "letters" / "new").glob("*.eml")), 90)
        assert "refused on" in refused(place, "erin@example.org")


def _answers(where: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as client:
        return client.connect_ex(str(where)) == 0


def _until(true: Callable[[], bool], within: float = 180) -> None:
    until = time.monotonic() + within
    while not true():
        assert time.monotonic() < until
        time.sleep(0.1)
