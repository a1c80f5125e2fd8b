"""The plan of a version equals brute force: every use of every item, decided one by one by the reference."""

import os
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import psycopg
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from avow.decision.decide import decide
from avow.decision.diff import diff
from avow.decision.facts import Facts
from avow.decision.request import Request
from avow.policy.compare import compare
from avow.policy.document import Policy, Purpose
from avow.policy.history import History
from avow.policy.meaning.declarations import DifferentUse
from avow.record.key import new_key
from avow.record.mask import to_bits
from avow.terms import ChannelKind, FieldType, MessageKind, RecipientClass, Relation, Scope
from avow.updates.plan import Changed, plan
from tests.laws.pairs import pairs

LONG = 2_000 if os.environ.get("SOAK") else 200
EVERY_RELATION = sum(relation.mask for relation in Relation)
BARS = [0, 0, 0, *(scope.mask for scope in Scope)]
Key = tuple[str, RecipientClass]
EMPTY = """
WITH items AS (DELETE FROM item), stamps AS (DELETE FROM stamp), reaches AS (DELETE FROM reach),
    people AS (DELETE FROM person)
SELECT
"""
PERSON = """
INSERT INTO person (id, at, own, refused, relations, choice_no) VALUES (%s, now(), 0::bit(256), %s::bit(256), %s, 0)
"""
STAMP = "INSERT INTO stamp (id, channel, source, purposes) VALUES (%s, %s, '/', '')"
REACH = "INSERT INTO reach (id, at, refused, choice_no, bounces) VALUES (%s, now(), %s::bit(256), 0, 0)"
ITEM = """
INSERT INTO item (person_id, id, category, stamp_id, at, event, reach_id, fields, stated, accepted, refused, until,
    salt, entry, pos)
VALUES (%s, %s, %s, %s, now(), %s, %s, '{}', %s::bit(256), %s::bit(256), %s::bit(256), %s, '', 1, 0)
"""


@dataclass(frozen=True)
class Thing:
    """An item: how it came, what it is, what was said of it, what is refused on it and on its mailbox (-1 has none)."""

    channel: ChannelKind
    category: str
    stated: int
    accepted: int
    refused: int
    reach: int
    over: bool


@dataclass(frozen=True)
class Someone:
    """A person: what they refuse, which relations are on file, what is stored of them."""

    refused: int
    relations: int
    things: tuple[Thing, ...]


class World:
    """Two versions and the people on file; what fails is told by its people, whose versions are long."""

    def __init__(self, history: History, old: Policy, new: Policy, everybody: list[Someone]) -> None:
        """Hold them."""
        self.history, self.old, self.new, self.everybody = history, old, new, everybody

    def __repr__(self) -> str:
        """Name the people."""
        return f"World({self.everybody})"


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """Give two versions and people collected under the first, under the second or under words of their own."""
    history, old, new = draw(pairs())
    bits = st.sampled_from([0, *(1 << bit for bit in history.bits.values())])
    told = st.builds(lambda *masks: masks[0] | masks[1] | masks[2], bits, bits, bits)
    things = st.builds(
        Thing,
        st.sampled_from([*old.channels, *new.channels]),
        st.sampled_from([*old.categories]),
        told,
        bits,
        st.sampled_from(BARS),
        st.sampled_from([-1, *BARS]),
        st.sampled_from([False, False, False, True]),
    )
    relations = st.sampled_from([0, EVERY_RELATION, Relation.OPTED_IN.mask, Relation.NOTICED.mask])
    someone = st.builds(Someone, st.sampled_from(BARS), relations, st.lists(things, max_size=4).map(tuple))
    return World(history, old, new, draw(st.lists(someone, max_size=6)))


@given(worlds())
@settings(max_examples=LONG, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_plan_equals_brute_force(owner: psycopg.Connection, world: World) -> None:
    """People and items to ask, whom mail reaches, who gets a note, and who is left alone: as counted one by one."""
    history, old, new, everybody = world.history, world.old, world.new, world.everybody
    _store(owner, everybody)
    found = Changed(history, old, new, diff(history, old, new), compare(old, new))
    got = plan(found, "the reviewer")
    touched = [_touched(found, someone) for someone in everybody]
    reached = [_mailed(found, someone, MessageKind.POLICY_CHANGE) for someone in everybody]
    noted = [_mailed(found, someone, MessageKind.POLICY_COURTESY) for someone in everybody]
    keys = {(use.purpose, use.recipient) for use in found.uses.gained}
    expected = {key: _expected(key, touched, reached) for key in keys}
    asked = {(one["use"]["purpose"], RecipientClass(one["use"]["recipient"])): _figures(one) for one in got["ask"]}
    asks = not any(one.changes and one.changes.different_use == DifferentUse.NEVER for one in (old, new))
    assert asked == {key: one for key, one in expected.items() if one[1] and asks}
    assert len(got["suspend"]) == sum(bool(one[1]) for one in expected.values())
    assert {key for key, one in expected.items() if not one[1]} == {
        (one["use"]["purpose"], RecipientClass(one["use"]["recipient"]))
        for one in got["notice"]
        if one["what"] == "use"
    }
    assert got["people"] == len(everybody)
    assert got["untouched"] == sum(not uses for uses in touched)
    assert got["mail"] == sum(asks and bool(uses) and mailed for uses, mailed in zip(touched, reached, strict=True))
    notes = sum(not uses and note for uses, note in zip(touched, noted, strict=True))
    assert got["courtesy"] == (notes if got["notice"] else 0)
    assert got == plan(found, "the reviewer"), "the same world gives the same plan"


def _figures(one: dict[str, Any]) -> tuple[int, int, int, int]:
    return one["people"], one["items"], one["reachable"], one["unreachable"]


def _expected(key: Key, touched: list[list[set[Key]]], reached: list[bool]) -> tuple[int, int, int, int]:
    """Count people and items that a use touches, and of the people those whom mail reaches or not."""
    hit = [mailed for things, mailed in zip(touched, reached, strict=True) if any(key in uses for uses in things)]
    items = sum(key in uses for things in touched for uses in things)
    return len(hit), items, sum(hit), len(hit) - sum(hit)


def _touched(found: Changed, someone: Someone) -> list[set[Key]]:
    """Give for each item that any use touches the uses that do."""
    each = [
        {
            (use.purpose, use.recipient)
            for use in found.uses.gained
            if (use.channel, use.category) == (thing.channel, thing.category)
            and not _may(found.history, found.new, found.new.purposes[use.purpose], use.recipient, thing)
        }
        for thing in someone.things
        if not thing.over
    ]
    return [uses for uses in each if uses]


def _may(history: History, policy: Policy, purpose: Purpose, recipient: RecipientClass, thing: Thing) -> bool:
    request = Request(purpose.id, frozenset({thing.category}), recipient, purpose.topic or None)
    facts = Facts(thing.stated, thing.accepted, relations=EVERY_RELATION)
    return decide(history, policy, request, facts).allowed


def _mailed(found: Changed, someone: Someone, kind: MessageKind) -> bool:
    """Say whether a kind of message reaches somebody at some address, as the version in force decides."""
    relations = someone.relations | (Relation.AFFECTED.mask if kind is MessageKind.POLICY_CHANGE else 0)
    for thing in someone.things:
        fields = found.old.categories[thing.category].fields
        if thing.over or thing.reach < 0 or not any(field.type is FieldType.ADDRESS for field in fields):
            continue
        refused = someone.refused | thing.refused | thing.reach
        facts = Facts(thing.stated, thing.accepted, refused, relations)
        for purpose in found.old.purposes.values():
            request = Request(purpose.id, frozenset({thing.category}), topic=purpose.topic or None)
            allowed = purpose.kind is kind and decide(found.history, found.old, request, facts).allowed
            if allowed and not refused & Scope.BOUNCED.mask:
                return True
    return False


def _store(owner: psycopg.Connection, everybody: list[Someone]) -> None:
    """Put people and their items in as they are, in place of those who were there, in few messages to the store."""
    channels = {thing.channel: new_key() for someone in everybody for thing in someone.things}
    people = [(new_key(), to_bits(one.refused), one.relations) for one in everybody]
    things = [(key, thing) for (key, _, _), one in zip(people, everybody, strict=True) for thing in one.things]
    reaches = [None if thing.reach < 0 else os.urandom(32) for _, thing in things]
    boxes = [(at, to_bits(thing.reach)) for (_, thing), at in zip(things, reaches, strict=True) if at]
    items = [_item(key, thing, channels[thing.channel], at) for (key, thing), at in zip(things, reaches, strict=True)]
    with owner.transaction(), owner.pipeline(), owner.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(EMPTY)
        cursor.executemany(PERSON, people)
        cursor.executemany(STAMP, [(key, channel.value) for channel, key in channels.items()])
        cursor.executemany(REACH, boxes)
        cursor.executemany(ITEM, items)


def _item(person: UUID, thing: Thing, stamp: UUID, reach: bytes | None) -> list[object]:
    until = datetime(2026, 1, 1, tzinfo=UTC) if thing.over else None
    masks = [to_bits(mask) for mask in (thing.stated, thing.accepted, thing.refused)]
    return [person, new_key(), thing.category, stamp, new_key(), reach, *masks, until]
