"""Fetch letters from a real IMAP server: each is taken once, and marked only when it is taken."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from tests.journeys.dovecot import Maildir, dovecot
from tests.journeys.place import ROOT, Place, ending, ground
from tests.units.mail.inbound.corpus import letter


@pytest.fixture(scope="module")
def made() -> Iterator[tuple[Place, Maildir]]:
    """Give a place that is set up, and a mailbox that it fetches from."""
    with ground() as folder, dovecot() as box:
        place = Place(folder / "data", {"AVOW_IMAP": box.url})
        place.avow("setup")
        yield place, box


def kept(place: Place) -> int:
    """Count the letters that are kept."""
    return len(list((place.data / "letters" / "kept").glob("*.eml")))


def test_letters_are_taken_once_and_marked(made: tuple[Place, Maildir]) -> None:
    """A no in the mailbox holds when the command ends; fetched again, its mark lost, it is taken no second time."""
    place, box = made
    before = kept(place)
    box.put("1", b"Return-Path: <alice@example.org>\r\n" + letter("Please unsubscribe me."))
    box.put("2", letter("What do you hold about me?", "From: bob@example.org"))
    assert "2 letters taken" in place.avow("inbox", "poll")
    assert "refused on" in place.avow("why", "alice@example.org", "offers")
    assert {"1", "2"} <= set(box.seen())
    assert kept(place) == before + 2
    for one in (box.folder / "cur").iterdir():
        if one.name[0] in "12":
            one.rename(one.with_name(one.name.partition(":")[0] + ":2,"))
    assert "2 letters taken" in place.avow("inbox", "poll")
    assert kept(place) == before + 2
    assert "0 letters taken" in place.avow("inbox", "poll")


def test_a_kill_loses_nothing(made: tuple[Place, Maildir]) -> None:
    """Killed when the letter is committed and before it is marked: it is not seen, is fetched again, and taken once."""
    place, box = made
    before = kept(place)
    box.put("3", letter("unsubscribe me", "From: carol@example.org"))
    code = (
        "import os\nimport avow.lmtp.poll as poll\nfrom avow.lmtp.mailbox import Mailbox\n"
        "Mailbox.mark = lambda *_: os.kill(os.getpid(), 9)\npoll.main()"
    )
    with ending(place.python(code)) as killed:
        assert killed.wait(180) == -signal.SIGKILL
    assert "3" not in box.seen()
    assert "refused on" in place.avow("why", "carol@example.org", "offers")
    place.avow("inbox", "poll")
    assert "3" in box.seen()
    assert kept(place) == before + 1


def test_what_no_letter_is_and_what_is_too_large(made: tuple[Place, Maildir]) -> None:
    """Odd bytes are taken like any letter; one that is too large stays, flagged, and the others are taken."""
    place, box = made
    box.put("4", b"\x00\xff" * 3000)
    box.put("5", letter("a" * 3_000_000, "From: dave@example.org"))
    box.put("6", letter("Stop it, unsubscribe.", "From: erin@example.org"))
    code = "import avow.lmtp.poll as poll\npoll.LARGEST = 1_000_000\npoll.main()"
    with ending(place.python(code)) as one:
        said = one.communicate(timeout=180)[0]
    assert "too large" in said
    assert "2 letters taken" in said
    assert any("F" in one.name.partition(":2,")[2] for one in (box.folder / "cur").glob("5*"))


def test_a_server_that_is_away_or_refuses_is_named(made: tuple[Place, Maildir]) -> None:
    """The command ends with status 1 and one line, and the password is in none."""
    place, box = made
    for url in (box.url.replace("p%40ss", "wrong"), "imap://letters:p%40ss@127.0.0.1:1/INBOX"):
        said = Place(place.data, {"AVOW_IMAP": url}).avow("inbox", "poll", status=1)
        assert "keeps no letters for us now" in said
        assert "wrong" not in said
    said = Place(place.data, {"AVOW_IMAP": box.url.replace("INBOX", "Nowhere")}).avow("inbox", "poll", status=1)
    assert "there is no folder 'Nowhere'" in said
    assert "AVOW_IMAP" in Place(place.data, {"AVOW_IMAP": "pop3://x"}).avow("settings", status=1)


def test_work_fetches_beside_the_rest(made: tuple[Place, Maildir]) -> None:
    """`avow work` takes what comes into the mailbox."""
    place, box = made
    box.put("7", letter("unsubscribe me", "From: frank@example.org"))
    with ending(subprocess.Popen([sys.executable, "-m", "avow.work"], env=place.environment, cwd=ROOT)) as work:
        until = time.monotonic() + 160
        while "7" not in box.seen() and time.monotonic() < until:
            time.sleep(0.2)
        os.kill(work.pid, signal.SIGTERM)
        assert work.wait(120) == 0
    assert "7" in box.seen()
