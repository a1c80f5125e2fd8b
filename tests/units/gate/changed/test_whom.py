"""Test whom mail about a version goes to: by which address, about which uses, and who gets none."""

from uuid import UUID

import psycopg
import pytest
from django.db import connection

from avow.decision.plan import plan
from avow.decision.request import Request
from avow.gate.changed.crowd import Crowd, done, whom
from avow.policy.history import History
from avow.record.changed.alike import Alike, alike
from avow.record.known.address import parse
from avow.record.mask import from_bits, to_bits
from avow.record.said.choices import choose
from avow.record.said.chosen import Chosen
from avow.record.upkeep import upkeep
from avow.terms import Actor, Answer, ChannelKind, Scope
from tests.units.gate.cast import arrive, prove
from tests.units.record.cast import reach_of

CONTACT, PROFILE = 1, 2
VERSION = "2031-01-01"
LAID = ["asking_touched", "asking_way", "asking"]
_COURTESY = Chosen(Answer.YES, purpose="courtesy")
Whom = dict[str, tuple[int, bool]]
"""By who it is: the uses asked about, and whether it goes to the mailbox of the address."""


@pytest.fixture
def behind(owner: psycopg.Connection, published: History) -> psycopg.Connection:
    """Let the owner change what no verb changes alone."""
    assert published.policies
    for table in ("person", "reach", "item", "address", "question"):
        owner.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY".encode())
    return owner


def _come(name: str, by: ChannelKind = ChannelKind.REGISTRATION, *, notes: bool = False) -> UUID:
    person = arrive(f"{name}@example.org", by=by)
    prove(person, f"{name}@example.org")
    if notes:
        choose(_COURTESY, Actor.PERSON_VERIFIED, "choices page", person, reach_of(f"{name}@example.org"))
    return person


def _told() -> list[tuple[Alike, int]]:
    masks = {"contact": CONTACT, "profile": PROFILE}
    return [(one, masks[one.category] if one.channel == "registration" else 0) for one in alike()]


def _whom(history: History, *names: str, ask: bool = True, note: bool = True) -> Whom:
    """Lay it down, and give of the people named who is in it, each under a number of its own from 1 on."""
    with upkeep() as cursor:
        count = whom(cursor, history, history.policies[-1], _told(), VERSION, ask=ask, note=note)
        cursor.execute("SELECT n, reach, exact, uses::text FROM asking ORDER BY n")
        rows = cursor.fetchall()
        cursor.execute("SELECT count(*) FROM pg_indexes WHERE tablename = 'asking'")
        assert cursor.fetchone() == (1,), "it is read by its numbers"
        cursor.execute("SELECT count(*) FROM pg_class WHERE relname = ANY(%s) AND reltuples < 0", [LAID])
        assert cursor.fetchone() == (0,), "the planner knows what is laid down"
        cursor.execute("SELECT count(*) FROM pg_stats WHERE tablename = 'asking'")
        assert (cursor.fetchone()[0] > 0) == (count > 0), "and what stands in it"
    assert [row[0] for row in rows] == list(range(1, count + 1))
    exact = {parse(f"{name}@example.org").exact_id: name for name in names}
    return {
        exact[bytes(row[2])]: (from_bits(row[3]), row[1] == reach_of(f"{exact[bytes(row[2])]}@example.org"))
        for row in rows
    }


def _asked_before(behind: psycopg.Connection, person: UUID, name: str, version: str, no: int) -> None:
    behind.execute(
        "INSERT INTO question (person_id, version, reach, uses, yes, no, at, message)"
        " VALUES (%s, %s, %s, 0::bit(256), 0::bit(256), %s::bit(256), now(), gen_random_uuid())",
        [person, version, reach_of(f"{name}@example.org"), to_bits(no)],
    )


BOTH = CONTACT | PROFILE


def test_who_is_touched_is_asked_and_who_is_not_gets_a_note(published: History) -> None:
    """All uses that touch any item of a person are asked about at once; notes go to whom nothing touches."""
    _come("alice")
    _come("bob", notes=True)
    _come("carol", ChannelKind.INQUIRY, notes=True)
    _come("dave", ChannelKind.INQUIRY)
    names = "alice", "bob", "carol", "dave"
    asked = {"alice": (BOTH, True), "bob": (BOTH, True)}
    assert _whom(published, *names) == {**asked, "carol": (0, True)}
    assert _whom(published, *names, note=False) == asked
    assert _whom(published, *names, ask=False) == {"carol": (0, True)}
    assert _whom(published, *names, ask=False, note=False) == {}


def test_a_no_is_not_asked_for_again(published: History, behind: psycopg.Connection) -> None:
    """What was refused when another version asked is left out; who refused all of it, or has this mail, gets none."""
    people = {name: _come(name) for name in ("alice", "bob", "carol", "dave")}
    _asked_before(behind, people["alice"], "alice", "2030-01-01", CONTACT)
    _asked_before(behind, people["bob"], "bob", "2030-01-01", CONTACT)
    _asked_before(behind, people["bob"], "bob", "2030-06-01", PROFILE)
    _asked_before(behind, people["carol"], "carol", VERSION, 0)
    assert _whom(published, *people) == {"alice": (PROFILE, True), "dave": (BOTH, True)}


def test_a_note_follows_no_question(published: History, behind: psycopg.Connection) -> None:
    """Who is touched and refused it before gets no note in its place."""
    bob = _come("bob", notes=True)
    _asked_before(behind, bob, "bob", "2030-01-01", BOTH)
    assert _whom(published, "bob") == {}


def test_by_which_mailbox(published: History, behind: psycopg.Connection) -> None:
    """Of two mailboxes the one that mail reaches is asked, and of two that it reaches the later given."""
    alice = _come("alice")
    arrive("pier@example.org", person=alice)
    prove(alice, "pier@example.org")
    names = "alice", "pier"
    behind.execute("UPDATE item SET at = now() - interval '1 day' WHERE reach_id = %s", [reach_of("alice@example.org")])
    assert _whom(published, *names) == {"pier": (BOTH, True)}
    behind.execute("UPDATE item SET at = now() - interval '2 days' WHERE reach_id = %s", [reach_of("pier@example.org")])
    assert _whom(published, *names) == {"alice": (BOTH, True)}
    bounced = to_bits(Scope.BOUNCED.mask)
    behind.execute(
        "UPDATE reach SET refused = refused | %s::bit(256) WHERE id = %s", [bounced, reach_of("alice@example.org")]
    )
    assert _whom(published, *names) == {"pier": (BOTH, True)}
    behind.execute("UPDATE reach SET refused = refused | %s::bit(256)", [bounced])
    assert _whom(published, *names) == {}


def _use(history: History, purpose: str) -> str:
    """Give the bits of a purpose over addresses."""
    policy = history.policies[-1]
    asked = Request(purpose, frozenset({"contact"}), topic=policy.purposes[purpose].topic or None)
    return to_bits(plan(history, policy, asked).use)


def test_a_mailbox_for_questions_comes_before_one_for_notes(published: History, behind: psycopg.Connection) -> None:
    """A later mailbox that may get notes alone is not where a question goes; of two for questions one for both is."""
    alice = _come("alice")
    arrive("pier@example.org", person=alice)
    prove(alice, "pier@example.org")
    names, old, new = ("alice", "pier"), reach_of("alice@example.org"), reach_of("pier@example.org")
    behind.execute("UPDATE item SET at = now() - interval '1 day' WHERE reach_id = %s", [old])
    assert _whom(published, *names) == {"pier": (BOTH, True)}
    choose(_COURTESY, Actor.PERSON_VERIFIED, "choices page", alice, old)
    behind.execute("UPDATE item SET accepted = 0::bit(256) WHERE reach_id = %s", [new])
    assert _whom(published, *names) == {"alice": (BOTH, True)}
    behind.execute(
        "UPDATE item SET accepted = CASE reach_id WHEN %s THEN (SELECT bit_or(accepted) FROM item)"
        " ELSE 0::bit(256) END",
        [new],
    )
    unstated = "UPDATE item SET stated = stated & ~ %s::bit(256) WHERE reach_id = %s"
    behind.execute(unstated, [_use(published, "policy-change"), new])
    told = [(one, BOTH) for one in alike() if one.category == "contact"]
    with upkeep() as cursor:
        assert whom(cursor, published, published.policies[-1], told, VERSION, ask=True, note=True) == 1
        cursor.execute("SELECT reach FROM asking")
        assert bytes(cursor.fetchone()[0]) == old


def test_by_which_address_of_a_mailbox(published: History, behind: psycopg.Connection) -> None:
    """Of the ways in which an address was written the proven one is used, else the latest, and none that ended."""
    alice = _come("alice")
    written = {"alice": "alice@example.org", "Alice": "Alice@example.org", "ALICE": "ALICE@example.org"}
    for address in written.values():
        arrive(address, person=alice)
    exact = {name: parse(address).exact_id for name, address in written.items()}
    assert len(set(exact.values())) == 3

    def tell(name: str, days: int, *, proven: bool = False, ended: bool = False) -> None:
        behind.execute(
            "UPDATE address SET at = now() - make_interval(days => %s), verified = CASE WHEN %s THEN now() END,"
            " ended = CASE WHEN %s THEN now() END WHERE exact = %s",
            [days, proven, ended, exact[name]],
        )

    for number, name in enumerate(written):
        tell(name, 3 - number)
    assert list(_whom(published, *written)) == ["ALICE"]
    tell("alice", 9, proven=True)
    assert list(_whom(published, *written)) == ["alice"]
    tell("alice", 9, proven=True, ended=True)
    tell("ALICE", 1, ended=True)
    assert list(_whom(published, *written)) == ["Alice"]
    behind.execute("UPDATE address SET ended = NULL, verified = now() - interval '1 day'")
    behind.execute("UPDATE address SET verified = now() WHERE exact = %s", [exact["alice"]])
    assert list(_whom(published, *written)) == ["alice"], "of proven ones the one proven last"


def test_what_has_had_its_time_is_no_way(published: History, behind: psycopg.Connection) -> None:
    """An address past its period is not written to."""
    alice = _come("alice")
    behind.execute("UPDATE item SET until = now() - interval '1 day' WHERE person_id = %s", [alice])
    assert _whom(published, "alice") == {}


def test_it_is_laid_down_anew_and_dropped(published: History) -> None:
    """A second time in a connection it stands for what is true then; what drops it leaves nothing."""
    _come("alice")
    assert list(_whom(published, "alice")) == ["alice"]
    _come("bob")
    assert set(_whom(published, "alice", "bob")) == {"alice", "bob"}
    with upkeep() as cursor:
        done(cursor)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_class WHERE relname LIKE 'asking%%'")
        assert cursor.fetchone() == (0,)


@pytest.mark.parametrize(
    ("crowd", "asked"),
    [
        (Crowd(3, 1, reached=True, noted=False, people=1), 2),
        (Crowd(3, 1, reached=False, noted=True, people=1), 0),
        (Crowd(1, 3, reached=True, noted=False, people=1), 0),
    ],
)
def test_what_a_crowd_is_asked_about(crowd: Crowd, asked: int) -> None:
    """What touches it and it did not refuse, if mail reaches it."""
    assert crowd.asked == asked
