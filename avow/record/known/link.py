"""Take two persons for one: a merge is a link, an un-merge ends it, and neither loosens anything."""

from collections.abc import Container, Iterable
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from django.db.backends.utils import CursorWrapper

from avow.errors import RecordError
from avow.ledger.append import append
from avow.ledger.commitment import commit, new_salt
from avow.record.declare import keeping
from avow.record.key import new_key
from avow.record.mask import bits_of
from avow.record.pinned.aside import meet
from avow.record.pinned.aside import settle as settle_aside
from avow.record.said.choices import act
from avow.record.said.chosen import Aim
from avow.record.said.circle import LINKED, linked, look
from avow.record.said.effect import relate, settle
from avow.record.said.fold import Act, Target, fold, refused_mask
from avow.record.said.withheld import hold_back
from avow.terms import Actor, Answer, EntryKind

_SCOPES: Final = """
SELECT person_id, no, scope, answer, actor, via IS NOT NULL FROM choice WHERE scope IS NOT NULL AND person_id = ANY(%s)
"""
_LISTS: Final = f"""
{LINKED}, acts AS (
    SELECT person_id, list, max(no) FILTER (WHERE answer = 'no') AS no,
        max(no) FILTER (WHERE answer = 'yes' AND actor = %s) AS yes
    FROM choice WHERE list IS NOT NULL AND person_id IN (SELECT id FROM one) GROUP BY 1, 2
), told AS (
    SELECT list, coalesce(no, 0) > 0 AND coalesce(no, 0) >= coalesce(yes, 0) AS refused FROM acts
    UNION ALL SELECT u.list_id, true FROM unlisted u JOIN address a ON a.reach_id = u.reach_id
    WHERE a.person_id IN (SELECT id FROM one)
    UNION ALL SELECT list_id, false FROM subscription WHERE person_id IN (SELECT id FROM one)
), whole AS (
    SELECT list, bool_or(refused) AS refused FROM told GROUP BY 1
), every AS (
    SELECT DISTINCT one.id AS person_id, whole.list, whole.refused,
        coalesce(acts.yes, 0) > coalesce(acts.no, 0) AS joined
    FROM one CROSS JOIN whole LEFT JOIN acts ON acts.person_id = one.id AND acts.list = whole.list
), gone AS (
    DELETE FROM subscription s USING every e WHERE s.person_id = e.person_id AND s.list_id = e.list
        AND NOT e.refused AND NOT e.joined
)
INSERT INTO subscription (list_id, person_id, joined, at)
SELECT list, person_id, NOT refused, now() FROM every WHERE refused OR joined
ON CONFLICT (list_id, person_id) DO UPDATE SET joined = excluded.joined, at = excluded.at
    WHERE subscription.joined <> excluded.joined
"""


def link(person: UUID, other: UUID, actor: Actor) -> UUID:
    """Take two persons for one, and give the link's id: what either refuses, both refuse, on every item.

    No history is moved or joined. Raises RecordError if a person is unknown, or the two are one already.
    """
    if person == other:
        raise RecordError("a person cannot be merged with itself", "name two persons")
    with keeping() as cursor:
        around = linked(cursor, [person, other])
        mine, theirs = ([*look(cursor, [one], None, wide=False)] for one in (person, other))
        cursor.execute(f"{LINKED} SELECT 1 FROM one WHERE id = %s", [[person], other])
        if cursor.fetchone():
            raise RecordError("these two are linked already", "un-merge them first, if they should be linked otherwise")
        now, id_, salt = datetime.now(UTC), new_key(), new_salt()
        entry = append(EntryKind.LINKED, now, [commit(salt, link_record((person, id_, other, now, actor.value, None)))])
        cursor.execute(
            "INSERT INTO link (person_id, id, other_id, at, actor, salt, entry, pos)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s, 0)",
            [person, id_, other, now, actor.value, salt, entry],
        )
        meet(cursor, mine, theirs)
        _settle(cursor, list(around.persons), around.no)
    return id_


def unlink(person: UUID, other: UUID, told: Container[tuple[int, int]] = ()) -> None:
    """Take two persons for two again: each has its own history, with what was refused meanwhile on both.

    A yes that one side gave meanwhile is void for the other. `told` are commitments that another entry names.
    Raises RecordError if they are not linked directly.
    """
    with keeping() as cursor:
        around = linked(cursor, [person, other])
        cursor.execute(
            "SELECT person_id, id, other_id, at, actor, entry, pos FROM link WHERE ended IS NULL"
            " AND ((person_id = %s AND other_id = %s) OR (person_id = %s AND other_id = %s))",
            [person, other, other, person],
        )
        row = cursor.fetchone()
        if row is None:
            raise RecordError("these two are not linked to each other", "un-merge those that were merged")
        *record, entry, pos = row
        now, salt = datetime.now(UTC), new_salt()
        names = [(entry, pos)] if (entry, pos) not in told else []
        named = append(EntryKind.UNLINKED, now, [commit(salt, link_record((*record, now)))], names)
        cursor.execute(
            "UPDATE link SET ended = %s, salt = %s, entry = %s, pos = 0 WHERE person_id = %s AND id = %s",
            [now, salt, named, record[0], record[1]],
        )
        mine, theirs = (list(linked(cursor, [one]).persons) for one in (person, other))
        _restore(cursor, mine, theirs)
        _restore(cursor, theirs, mine)
        _settle(cursor, mine, around.no)
        _settle(cursor, theirs, around.no)


def link_record(row: Iterable[object]) -> object:
    """Give what the ledger commits to of a link: person, id, other, at, actor, ended."""
    return ["link", *row]


def _restore(cursor: CursorWrapper, side: list[UUID], beyond: list[UUID]) -> None:
    """Refuse anew, for the persons of one side, what only a yes from beyond had allowed."""
    cursor.execute(_SCOPES, [[*side, *beyond]])
    rows = [
        (person, Act(Target("scope", scope), Answer(answer), Actor(actor), no), via)
        for person, no, scope, answer, actor, via in cursor.fetchall()
    ]
    theirs = {
        (one.no, one.target) for person, one, via in rows if person in beyond and one.answer is Answer.YES and not via
    }
    for person in side:
        own = [(one, via) for whose, one, via in rows if whose == person]
        kept = refused_mask(fold(one for one, via in own if not (via and (one.no, one.target) in theirs)))
        void = kept & ~refused_mask(fold(one for one, _ in own))
        if void:
            aims = [Aim(Answer.NO, Target("scope", bit)) for bit in bits_of(void)]
            act(cursor, aims, Actor.SYSTEM, "a yes from beyond the link is void", (person, None), near=True)


def _settle(cursor: CursorWrapper, persons: list[UUID], no: int) -> None:
    """Make masks, lists and what is accepted of linked persons what the whole of them says, under a new number."""
    cursor.execute("UPDATE person SET choice_no = greatest(choice_no, %s) WHERE id = ANY(%s)", [no, persons])
    settle(cursor, persons, [])
    cursor.execute(_LISTS, [persons, Actor.PERSON_VERIFIED.value])
    relate(cursor, persons)
    hold_back(cursor, persons)
    settle_aside(cursor, persons)
