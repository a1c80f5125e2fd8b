"""Test the crowd: whom something touches, whom mail reaches, who asked for notes; each person counts once."""

from dataclasses import replace
from uuid import UUID

import psycopg
import pytest

from avow.gate.changed.crowd import crowds, people
from avow.policy.history import History
from avow.record.changed.alike import Alike, alike
from avow.record.mask import to_bits
from avow.record.said.choices import choose
from avow.record.said.chosen import Chosen
from avow.terms import Actor, Answer, ChannelKind, Scope
from tests.units.gate.cast import arrive, prove, refuse
from tests.units.record.cast import reach_of

CONTACT, PROFILE = 1, 2
"""What touches each category that registration collects, as bits of the mask that the crowd gives back."""
_COURTESY = Chosen(Answer.YES, purpose="courtesy")


@pytest.fixture
def behind(owner: psycopg.Connection, published: History) -> psycopg.Connection:
    """Let the owner change what no verb changes alone."""
    assert published.policies
    for table in ("person", "reach", "item"):
        owner.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY".encode())
    return owner


def _come(name: str, by: ChannelKind = ChannelKind.REGISTRATION) -> UUID:
    person = arrive(f"{name}@example.org", by=by)
    prove(person, f"{name}@example.org")
    return person


def _count(history: History, told: list[tuple[Alike, int]] | None = None) -> set[tuple[int, bool, bool, int]]:
    found = crowds(history, history.policies[-1], _told() if told is None else told)
    return {(one.touched, one.reached, one.noted, one.people) for one in found}


def _told() -> list[tuple[Alike, int]]:
    """Let what registration collected be touched by its category, and nothing else."""
    masks = {"contact": CONTACT, "profile": PROFILE}
    return [(one, masks[one.category] if one.channel == "registration" else 0) for one in alike()]


def test_who_is_touched_and_reached(published: History) -> None:
    """What touches any item touches its person; who is touched by nothing is counted if mail reaches them."""
    _come("alice")
    _come("bob")
    _come("carol", ChannelKind.INQUIRY)
    assert _count(published) == {(CONTACT | PROFILE, True, False, 2), (0, True, False, 1)}
    assert _count(published, []) == {(0, True, False, 3)}
    assert people() == 3


@pytest.mark.parametrize(
    ("table", "scope"),
    [("reach", Scope.BOUNCED), ("reach", Scope.HELD), ("person", Scope.HELD), ("item", Scope.CONTESTED)],
)
def test_whom_no_mail_reaches(published: History, behind: psycopg.Connection, table: str, scope: Scope) -> None:
    """What bars the mailbox, the person or the address as it was given bars the question, whatever else is held."""
    _come("alice")
    bob = _come("bob")
    behind.execute(
        "UPDATE item SET reach_id = (SELECT reach_id FROM address a WHERE a.person_id = item.person_id LIMIT 1)"
    )  # a name that came with a mailbox is no way to it
    where = {"reach": "id = %s", "person": "id = %s", "item": "category = 'contact' AND person_id = %s"}[table]
    behind.execute(
        f"UPDATE {table} SET refused = refused | %s::bit(256) WHERE {where}".encode(),
        [to_bits(scope.mask), reach_of("bob@example.org") if table == "reach" else bob],
    )
    assert _count(published) == {(CONTACT | PROFILE, True, False, 1), (CONTACT | PROFILE, False, False, 1)}


def test_what_has_had_its_time_neither_touches_nor_reaches(published: History, behind: psycopg.Connection) -> None:
    """An item past its period is as if it were forgotten; one that has time left counts."""
    alice, bob, carol = _come("alice"), _come("bob"), _come("carol")
    over, later = "now() - interval '1 day'", "now() + interval '1 day'"
    behind.execute(f"UPDATE item SET until = {over} WHERE person_id = %s AND category = 'contact'".encode(), [alice])
    behind.execute(f"UPDATE item SET until = {later} WHERE person_id = %s".encode(), [bob])
    behind.execute(f"UPDATE item SET until = {over} WHERE person_id = %s".encode(), [carol])
    assert _count(published) == {(PROFILE, False, False, 1), (CONTACT | PROFILE, True, False, 1)}


def test_who_is_neither_touched_nor_reached_is_not_counted(published: History, behind: psycopg.Connection) -> None:
    """Whose address is gone and whose other things nothing touches stands in no crowd."""
    carol = _come("carol", ChannelKind.INQUIRY)
    behind.execute("DELETE FROM item WHERE person_id = %s AND category = 'contact'", [carol])
    assert _count(published) == set()


def test_who_asked_for_notes(published: History) -> None:
    """A note goes to whoever said yes to notes, and to nobody who took that back."""
    alice, bob, _ = _come("alice"), _come("bob"), _come("carol")
    for person, name in ((alice, "alice"), (bob, "bob")):
        choose(_COURTESY, Actor.PERSON_VERIFIED, "choices page", person, reach_of(f"{name}@example.org"))
    refuse(Chosen(Answer.NO, scope=Scope.COURTESY), bob, "bob@example.org")
    told = [(one, 0) for one in alike()]
    assert _count(published, told) == {(0, True, True, 1), (0, True, False, 2)}
    assert _count(published) == {(CONTACT | PROFILE, True, True, 1), (CONTACT | PROFILE, True, False, 2)}


def test_where_no_question_can_be_asked_nobody_is_reached(published: History) -> None:
    """Under a version without the purpose that asks, nobody is reached."""
    _come("alice")
    policy = published.policies[-1]
    kept = {name: one for name, one in policy.purposes.items() if name not in {"policy-change", "courtesy"}}
    found = crowds(published, replace(policy, purposes=kept), _told())
    assert [(one.touched, one.reached, one.noted, one.people) for one in found] == [
        (CONTACT | PROFILE, False, False, 1)
    ]


def test_only_what_touches_them_counts_as_refused(published: History, behind: psycopg.Connection) -> None:
    """Whoever said no to something else before is like anybody else."""
    _come("alice")
    bob = _come("bob")
    behind.execute("ALTER TABLE question NO FORCE ROW LEVEL SECURITY")
    behind.execute(
        "INSERT INTO question (person_id, version, reach, uses, yes, no, at, message)"
        " VALUES (%s, '2030-01-01', %s, 0::bit(256), 0::bit(256), %s::bit(256), now(), gen_random_uuid())",
        [bob, reach_of("bob@example.org"), to_bits(PROFILE << 1)],
    )
    (found,) = crowds(published, published.policies[-1], _told())
    assert (found.refused, found.people) == (0, 2)
