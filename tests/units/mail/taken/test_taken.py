"""Test how letters are taken in: what comes back, what is refused, what disk and store do, what is forgotten."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from avow.accuracy.forgotten.forget import forget
from avow.config import config
from avow.errors import StoreError
from avow.lmtp.take import take, take_up
from avow.mail.form.returned import return_path, returned
from avow.mail.mailing import expand
from avow.mail.outbox import work
from avow.mail.taken import cases, raw
from avow.mail.taken.raw import Raw
from avow.record.known.address import parse
from avow.record.known.identity import persons_at
from avow.record.said.choices import state
from avow.record.seen.cases import case_of
from avow.store.spool import waiting
from avow.terms import EntryKind, Scope
from tests.units.mail.cast import OFFER, arrived, name
from tests.units.mail.conftest import Serve
from tests.units.mail.inbound.corpus import letter
from tests.units.mail.inbound.test_classify import ARF, DSN

pytestmark = pytest.mark.usefixtures("published")
NONE = "x"
PRIVACY = ("privacy@example.com",)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Give the letters of each test a folder of their own, and messages a return path."""
    monkeypatch.setattr("avow.mail.taken.raw._folder", lambda: tmp_path / "letters")
    monkeypatch.setenv("AVOW_RETURN", "bounce@example.com")
    config.cache_clear()
    yield tmp_path / "letters"
    monkeypatch.undo()
    config.cache_clear()


def came(text: bytes, sender: str = "", *recipients: str) -> Raw:
    """Give a letter as it is handed over."""
    return Raw(sender, recipients or PRIVACY, text)


def mask(who: str) -> int:
    """Give what is refused at somebody's mailbox."""
    return state(reach=parse(name(who)).reach_id).refused


def sent_to(owner: psycopg.Connection, who: str) -> str:
    """Give the id of the message that somebody got, without its brackets and host."""
    row = owner.execute("SELECT message_id FROM delivery WHERE reach = %s", [parse(name(who)).reach_id]).fetchone()
    assert row
    return str(row[0])[1:33]


def report(status: str, id_: str, action: str = "failed") -> bytes:
    """Write a report of delivery."""
    return DSN.format(action=action, status=status, id=id_, token=NONE).replace("www.example.com", "127.0.0.1").encode()


def test_return_paths_are_ours_alone() -> None:
    """A return path names its message, in any case; a changed one names none; without the setting there is none."""
    path = return_path(f"<{'a' * 32}@host>", "privacy@example.com")
    local, _, domain = path.partition("@")
    tag = local.removeprefix("bounce+")
    assert domain == "example.com"
    assert len(local) <= 64
    assert returned(tag.upper(), "host") == f"<{'a' * 32}@host>"
    assert returned("b" + tag[1:], "host") is None
    assert returned("nonsense", "host") is None


def test_what_comes_back_finds_its_message(serve: Serve, owner: psycopg.Connection) -> None:
    """For good it bars the mailbox from what is optional, for now it is counted; of no message it does nothing."""
    serve()
    arrived("alice", "bob", "carol")
    expand("offers", OFFER)
    work()
    alice, bob = sent_to(owner, "alice"), sent_to(owner, "bob")
    path = return_path(f"<{alice}@127.0.0.1>", "")
    assert take(came(report("5.1.1", "f" * 32), "", path))
    assert take(came(report("4.2.2", bob, "delayed")))
    assert take(came(report("5.1.1", "0" * 32)))
    assert mask("alice") & Scope.BOUNCED.mask
    assert not mask("bob") & Scope.BOUNCED.mask
    assert not mask("carol")
    rows = owner.execute("SELECT outcome, state FROM delivery WHERE outcome LIKE 'came back%' ORDER BY 1").fetchall()
    assert rows == [("came back: permanent 5.1.1", "sent"), ("came back: temporary 4.2.2", "sent")]
    assert owner.execute("SELECT sum(bounces) FROM reach").fetchone() == (2,)
    assert owner.execute("SELECT count(*) FROM entry WHERE kind = %s", [EntryKind.BOUNCED.value]).fetchone() == (2,)
    assert owner.execute("SELECT count(*) FROM outgoing").fetchone() == (0,)
    expand("updates", OFFER)
    work()
    states = owner.execute("SELECT d.state FROM delivery d JOIN mailing m ON m.id = mailing_id WHERE list = 'updates'")
    assert sorted(row[0] for row in states.fetchall()) == ["sent", "sent"]


def test_a_report_of_abuse_is_a_no_of_whom_it_went_to(serve: Serve, owner: psycopg.Connection) -> None:
    """The mailbox of the message stops; who reports is nobody to us, and is not answered."""
    serve()
    arrived("alice", "bob")
    expand("offers", OFFER)
    work()
    raw_ = ARF.format(kind="abuse", id=sent_to(owner, "alice"), token=NONE).replace("www.example.com", "127.0.0.1")
    assert take(came(raw_.encode(), "reports@example.net"))
    assert mask("alice") & Scope.MARKETING.mask
    assert not mask("bob")
    assert not state(reach=parse("reports@example.net").reach_id).refused
    assert owner.execute("SELECT count(*) FROM outgoing").fetchone() == (0,)


def test_one_that_is_handed_over_twice_is_taken_once(owner: psycopg.Connection, folder: Path) -> None:
    """The same bytes make one letter, one item, one answer."""
    for _ in range(3):
        assert take(came(letter("I like it."), name("alice")))
    assert owner.execute("SELECT count(*) FROM letter").fetchone() == (1,)
    assert owner.execute("SELECT count(*) FROM item WHERE category = 'letter'").fetchone() == (1,)
    assert owner.execute("SELECT count(*) FROM outgoing").fetchone() == (1,)
    assert len(list(folder.rglob("*.eml"))) == 1


def test_no_loop_however_it_is_begun(serve: Serve, owner: psycopg.Connection) -> None:
    """Our own answer that comes back, whoever sends it on, is no letter that is answered."""
    to = serve()
    assert take(came(letter("I like it."), name("alice")))
    work()
    ((_, answer),) = to.taken
    for number in range(5):
        assert take(came(answer + b"%d" % number, name("alice")))
        assert take(came(answer.replace(b"privacy@example.com", b"alice@example.org") + b"%d" % number))
    assert owner.execute("SELECT count(*) FROM outgoing").fetchone() == (1,)


def test_a_no_by_letter_ends_by_itself(serve: Serve, owner: psycopg.Connection) -> None:
    """Nobody has to close what only says no: when the answer went out, the case is over."""
    serve()
    assert take(came(letter("unsubscribe me"), name("alice")))
    (alice,) = persons_at(parse(name("alice")).exact_id)
    assert not cases.open_letters()
    assert case_of(alice)
    assert cases.tidy() == 0
    work()
    assert cases.tidy() == 1
    assert case_of(alice) is None
    assert owner.execute("SELECT state FROM outgoing").fetchone() == ("sent",)


def test_whoever_is_forgotten_is_forgotten_in_letters(owner: psycopg.Connection, folder: Path) -> None:
    """The bytes leave the disk, and the row names nobody; another's letter stays."""
    assert take(came(letter("I like it."), name("alice")))
    assert take(came(letter("Me too.", "From: bob@example.org"), name("bob")))
    (alice,) = persons_at(parse(name("alice")).exact_id)
    forget(alice)
    (left,) = folder.rglob("*.eml")
    assert b"Me too." in left.read_bytes()
    gone = owner.execute("SELECT reach, note, state FROM letter WHERE person_id = %s", ["0" * 32]).fetchall()
    assert gone == [(None, "", "done")]


def test_a_full_disk_takes_nothing_and_loses_nothing(
    monkeypatch: pytest.MonkeyPatch, owner: psycopg.Connection
) -> None:
    """Where the disk refuses, the store takes the letter; where neither does, the mail server keeps it."""

    def full(*_: object) -> Path:
        raise StoreError("the disk is full")

    monkeypatch.setattr(raw, "write", full)
    assert take(came(letter("unsubscribe me"), name("alice")))
    assert mask("alice") & Scope.MARKETING.mask
    monkeypatch.setattr("avow.mail.stop.put", full)
    owner.execute("ALTER TABLE choice RENAME TO hidden")
    assert not take(came(letter("unsubscribe me", "From: bob@example.org"), name("bob")))
    owner.execute("ALTER TABLE hidden RENAME TO choice")
    assert waiting() == 0


def test_what_waited_is_taken_up(folder: Path, owner: psycopg.Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    """A letter on the disk of which nothing was made is taken up when it is old enough, once."""
    raw.keep(came(letter("unsubscribe me"), name("alice")))
    assert take_up() == 0
    monkeypatch.setattr("avow.lmtp.take.LATER", 0.0)
    assert take_up() == 1
    assert take_up() == 0
    assert mask("alice") & Scope.MARKETING.mask
    assert owner.execute("SELECT count(*) FROM letter").fetchone() == (1,)
    assert not list((folder / "new").glob("*.eml"))


def test_a_crash_may_undo_that_a_letter_was_put_away(folder: Path) -> None:
    """It is found again where it was written first, and put away again: its bytes stay as they came."""
    assert take(came(letter("I like it."), name("alice")))
    (kept,) = (folder / "kept").glob("*.eml")
    kept.rename(folder / "new" / f"{1:020d}-undone.eml")
    assert take_up() == 1
    assert kept.exists()
    assert not list((folder / "new").glob("*.eml"))


def test_a_disk_that_takes_nothing_in_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was written and never reached the disk counts for nothing: the store has to have it."""

    def broken(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", broken)
    assert take(came(letter("I like it."), name("alice")))
    monkeypatch.setattr("avow.lmtp.take._kept", lambda *_: False)
    assert not take(came(letter("I like it, too."), name("alice")))


def test_letters_leave_the_disk_in_time(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As they came they stay as many days as were set, and no longer."""
    assert take(came(letter("I like it."), name("alice")))
    assert raw.sweep() == 0
    assert len(list((folder / "kept").glob("*.eml"))) == 1
    monkeypatch.setattr("avow.mail.taken.raw._DAY", -1)
    assert raw.sweep() == 1
    assert not list(folder.rglob("*.eml"))


def test_so_many_answers_an_hour(monkeypatch: pytest.MonkeyPatch, owner: psycopg.Connection) -> None:
    """Above the cap letters are taken and wait for people, and no program answers."""
    monkeypatch.setenv("AVOW_REPLIES", "2")
    config.cache_clear()
    for who in ("a", "b", "c", "d"):
        assert take(came(letter("I like it.", f"From: {name(who)}"), name(who)))
    assert owner.execute("SELECT count(*) FROM outgoing").fetchone() == (2,)
    assert len(cases.open_letters()) == 4
