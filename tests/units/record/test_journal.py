"""Test that every right is in the journal before it is acknowledged, and that none is lost where its disk is away."""

import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import connections, transaction

from avow.accuracy.forgotten.forget import forget
from avow.config import config
from avow.ledger.sequencer import sequence
from avow.mail.stop import stop
from avow.record.declare import keeping
from avow.record.journal.journal import _WAITING, BATCH, journal, journalled, lag
from avow.record.journal.keep import keep
from avow.record.journal.whose import whose
from avow.record.known.link import link
from avow.record.said.choices import Chosen, choose
from avow.store.journal.chain import Chain
from avow.store.journal.head import head
from avow.terms import Actor, Answer, Scope
from tests.units.record.cast import NO_MARKETING, arrive, reach_of

pytestmark = pytest.mark.usefixtures("published")


def lines(kind: str) -> list[Mapping[str, Any]]:
    """Give the lines of one kind."""
    return [line for line in Chain("rights").lines() if line["kind"] == kind]


def test_a_refusal_is_there_when_it_is_acknowledged() -> None:
    """Who and which mailbox, by keyed digests; a mailbox that is nobody's too; and nothing waits."""
    alice = arrive("alice@example.org")
    stop([NO_MARKETING], "link", alice, reach_of("alice@example.org"))
    stop([Chosen(Answer.NO, list="newsletter")], "page", None, reach_of("nobody@example.org"))
    one, other = lines("chosen")
    assert one["places"] == [[whose(alice).hex(), reach_of("alice@example.org").hex()]]
    assert (one["scope"], one["list"]) == (Scope.MARKETING, None)
    assert other["places"] == [["", reach_of("nobody@example.org").hex()]]
    assert (other["scope"], other["list"]) == (None, "newsletter")
    assert lag() == 0


def test_no_path_is_forgotten() -> None:
    """What came by a form, by staff, by a merge, is written with the next act, whoever does it."""
    alice, bob = arrive("alice@example.org", NO_MARKETING), arrive("bob@example.org")
    choose(NO_MARKETING, Actor.STAFF, "telephone", bob)
    link(alice, bob, Actor.STAFF)
    assert lag() == 3
    assert journal() == 3
    assert [len(lines(kind)) for kind in ("chosen", "linked")] == [2, 1]
    assert {lines("linked")[0][side] for side in ("one", "other")} == {whose(alice).hex(), whose(bob).hex()}
    assert journal() == 0


def test_what_is_undone_is_never_written() -> None:
    """Inside a transaction nothing is written; rolled back, it never is."""
    with transaction.atomic():
        choose(NO_MARKETING, Actor.STAFF, "telephone", None, reach_of("alice@example.org"))
        assert journalled()
        assert not lines("chosen")
        transaction.set_rollback(True)
    assert journal() == 0
    assert not lines("chosen")


def test_the_journal_tells_of_nobody(tmp_path: Path) -> None:
    """Neither address nor name nor id nor evidence stands in any of its files, once its person is forgotten."""
    address = "zelda-marker@example.org"
    zelda = arrive(address)
    stop([NO_MARKETING], "a letter from zelda-marker", zelda, reach_of(address))
    forget(zelda)
    assert lines("forgotten")[0]["whose"] == [whose(zelda).hex()]
    sequence()
    keep()
    assert config().journal not in {None, tmp_path}
    texts = [path.read_text() for path in Path(str(config().journal)).rglob("*") if path.is_file()]
    assert len(texts) > 3
    for mark in ("zelda", str(zelda), zelda.hex):
        assert not [text for text in texts if mark in text]


@pytest.mark.parametrize("wrong", ["missing", "another's", "a file"])
def test_a_journal_that_is_away_loses_nothing(
    wrong: str, owner: psycopg.Connection, capsys: pytest.CaptureFixture[str]
) -> None:
    """A refusal is taken all the same, and said aloud; when the disk is back, it is written with the next one."""
    place = Path(str(config().journal))
    stop([NO_MARKETING], "page", None, reach_of("first@example.org"))
    if wrong == "missing":
        place.rename(place.with_name("away"))
    elif wrong == "another's":
        (place / "begun.json").write_text('{"store": "another"}')
    else:
        (place / "rights.lock").unlink()
        (place / "rights.lock").mkdir()
    taken = stop([NO_MARKETING], "page", None, reach_of("second@example.org"))
    assert taken.number is not None
    assert lag() == 1
    assert "the journal lags behind" in capsys.readouterr().err
    row = owner.execute("SELECT refused <> 0::bit(256) FROM reach WHERE id = %s", [reach_of("second@example.org")])
    assert row.fetchone() == (True,)
    if wrong == "missing":
        place.with_name("away").rename(place)
    elif wrong == "another's":
        (place / "begun.json").write_text('{"store": ""}')
    else:
        (place / "rights.lock").rmdir()
    assert journal() == 1
    assert [line["places"][0][1] for line in lines("chosen")] == [
        reach_of(name).hex() for name in ("first@example.org", "second@example.org")
    ]


def test_many_at_once_are_all_written() -> None:
    """Eight threads refuse side by side: each finds its own in the journal when it is told that it holds."""
    missing: list[str] = []

    def refuse(thread: int) -> None:
        for number in range(10):
            reach = reach_of(f"t{thread}-{number}@example.org")
            stop([NO_MARKETING], "page", None, reach)
            if reach.hex() not in {line["places"][0][1] for line in lines("chosen")}:
                missing.append(reach.hex())
        connections.close_all()

    threads = [threading.Thread(target=refuse, args=[number]) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not missing
    assert len(lines("chosen")) == 80
    assert lag() == 0


def test_what_waits_is_looked_up_by_itself() -> None:
    """However long the ledger is, and however little is known of the list: what is written before is not read again."""
    with keeping() as cursor:
        cursor.execute(f"EXPLAIN {_WAITING}", [BATCH])
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "Index Cond: (id = unwritten.entry)" in plan
    assert "choice_entry" in plan
    assert "Merge" not in plan
    assert "Hash" not in plan


def test_the_ledger_is_copied_as_it_grows() -> None:
    """Each leaf once and in order, each checkpoint behind its last leaf, the head at the newest; and again nothing."""
    for number in range(5):
        arrive(f"p{number}@example.org", NO_MARKETING)
        sequence()
        assert keep() > 0
    found = list(Chain("ledger").lines())
    leaves = [line for line in found if "size" not in line]
    assert [line["next"] for line in leaves] == list(range(1, len(leaves) + 1))
    sizes = [int(str(line["size"])) for line in found if "size" in line]
    assert sizes == sorted(sizes)
    assert head().size == sizes[-1] == len(leaves)
    assert keep() == 0
    (Path(str(config().journal)) / "head.json").unlink()
    arrive("last@example.org")
    sequence()
    assert keep() > 0
    assert head().size > sizes[-1]
    assert (Path(str(config().journal)) / "head.json").stat().st_mode & 0o077 == 0
