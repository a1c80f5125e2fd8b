"""Take many refusals at once, of mailboxes known or not: set-based, each with its choice, as strict as one by one."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from typing import Any, Final

from django.db.backends.utils import CursorWrapper

from avow.errors import Contended
from avow.ledger.append import append
from avow.ledger.commitment import commit, new_salt
from avow.policy.proof.keeps import keeps
from avow.record.declare import keeping
from avow.record.key import NOBODY, new_key
from avow.record.said.choices import choice_record
from avow.record.said.chosen import Chosen, aims
from avow.record.said.effect import relate
from avow.record.shown.versions import history, in_force
from avow.record.taken.sheets.refusals import Refusal
from avow.terms import CONDITIONS, TOPICS, Actor, Answer, EntryKind, Promise

BATCH: Final = 5_000
"""Choices that are covered by one entry."""
_ROUNDS: Final = 20

_TABLES: Final = (
    "CREATE TEMPORARY TABLE refusing (reach bytea, scope smallint, list text, evidence text) ON COMMIT DROP",
    "CREATE TEMPORARY TABLE circle (root bytea, person uuid, PRIMARY KEY (root, person)) ON COMMIT DROP",
    (
        "CREATE TEMPORARY TABLE place (n bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, person uuid, reach bytea,"
        " scope smallint, list text, evidence text) ON COMMIT DROP"
    ),
)
_DROP: Final = "DROP TABLE refusing, circle, place"
_FILL: Final = """
INSERT INTO refusing SELECT * FROM unnest(%s::bytea[], %s::smallint[], %s::text[], %s::text[])
"""
_ONCE: Final = """
DELETE FROM refusing WHERE ctid IN (
    SELECT ctid FROM (
        SELECT ctid, row_number() OVER (PARTITION BY reach, scope, list ORDER BY ctid) AS nth FROM refusing
    ) AS told WHERE nth > 1)
"""
_REACHES: Final = """
INSERT INTO reach (id, at, refused, choice_no, bounces)
SELECT DISTINCT reach, %s::timestamptz, 0::bit(256), 0, 0 FROM refusing ORDER BY reach ON CONFLICT DO NOTHING
"""
_HOLDERS: Final = f"""
INSERT INTO circle SELECT DISTINCT r.reach, a.person_id FROM refusing r JOIN address a ON a.reach_id = r.reach
WHERE r.scope IS NULL OR r.scope NOT BETWEEN {CONDITIONS} AND {TOPICS - 1} ON CONFLICT DO NOTHING
"""
_LINKED: Final = """
INSERT INTO circle SELECT c.root, l.other_id FROM circle c JOIN link l ON l.person_id = c.person WHERE l.ended IS NULL
UNION SELECT c.root, l.person_id FROM circle c JOIN link l ON l.other_id = c.person WHERE l.ended IS NULL
ON CONFLICT DO NOTHING
"""
_LOCK_PERSONS: Final = """
SELECT count(*), max(choice_no) FROM (
    SELECT choice_no FROM person WHERE id IN (SELECT person FROM circle) ORDER BY id FOR NO KEY UPDATE) AS locked
"""
_LOCK_REACHES: Final = """
SELECT count(*), max(choice_no) FROM (
    SELECT choice_no FROM reach WHERE id IN (
        SELECT reach FROM refusing UNION SELECT a.reach_id FROM address a JOIN circle c ON c.person = a.person_id)
    ORDER BY id FOR NO KEY UPDATE) AS locked
"""
_PLACES: Final = f"""
INSERT INTO place (person, reach, scope, list, evidence)
SELECT DISTINCT ON (p.person, p.reach, r.scope, r.list) p.person, p.reach, r.scope, r.list, r.evidence
FROM refusing r JOIN (
    SELECT c.root, c.person, a.reach_id AS reach FROM circle c LEFT JOIN address a ON a.person_id = c.person
    UNION SELECT reach, %s::uuid, reach FROM refusing WHERE NOT EXISTS (SELECT FROM circle WHERE root = reach)
) AS p ON p.root = r.reach
WHERE r.scope IS NULL OR r.scope NOT BETWEEN {CONDITIONS} AND {TOPICS - 1}
ORDER BY p.person, p.reach, r.scope, r.list
"""
_TOLD: Final = """
DELETE FROM place p USING (
    SELECT person_id, reach, scope, list, max(no) AS no FROM choice
    WHERE answer = 'no' AND actor = %s AND reach IN (SELECT reach FROM place) GROUP BY 1, 2, 3, 4
) AS c
WHERE c.person_id = p.person AND c.reach = p.reach AND c.scope IS NOT DISTINCT FROM p.scope
    AND c.list IS NOT DISTINCT FROM p.list AND NOT EXISTS (
        SELECT FROM choice y WHERE y.reach = p.reach AND y.answer = 'yes' AND y.no >= c.no
            AND y.scope IS NOT DISTINCT FROM p.scope AND y.list IS NOT DISTINCT FROM p.list)
    AND (p.person = %s OR NOT EXISTS (
        SELECT FROM choice y WHERE y.person_id = p.person AND y.answer = 'yes' AND y.no >= c.no
            AND y.scope IS NOT DISTINCT FROM p.scope AND y.list IS NOT DISTINCT FROM p.list))
"""
_NEXT: Final = "SELECT n, person, reach, scope, list, evidence FROM place WHERE n > %s ORDER BY n LIMIT %s"
_CHOICES: Final = """
INSERT INTO choice (person_id, id, no, reach, scope, list, answer, actor, evidence, at, salt, entry, pos)
SELECT person_id, id, %s, reach, scope, list, %s, %s, evidence, %s, salt, %s, pos - 1
FROM unnest(%s::uuid[], %s::uuid[], %s::bytea[], %s::smallint[], %s::text[], %s::text[], %s::bytea[])
WITH ORDINALITY AS row (person_id, id, reach, scope, list, evidence, salt, pos)
"""
_MASK: Final = "bit_or(CASE WHEN scope IS NULL THEN 0::bit(256) ELSE set_bit(0::bit(256), 255 - scope, 1) END)"
_TIGHTEN: Final = (
    f"""
    UPDATE person SET own = own | bits, refused = refused | bits, choice_no = greatest(choice_no, %s)
    FROM (SELECT person, {_MASK} AS bits FROM place GROUP BY 1) AS said WHERE id = said.person
    """,
    f"""
    UPDATE reach SET refused = refused | bits, choice_no = greatest(choice_no, %s)
    FROM (SELECT reach, {_MASK} AS bits FROM place GROUP BY 1) AS said WHERE id = said.reach
    """,
)
_ITEMS: Final = tuple(
    f"""
    UPDATE item SET refused = refused | bits FROM (SELECT {place}, {_MASK} AS bits FROM place GROUP BY 1) AS said
    WHERE {column} = said.{place} AND refused & bits <> bits
    """
    for place, column in (("person", "person_id"), ("reach", "reach_id"))
)
_LEAVE: Final = """
INSERT INTO subscription (list_id, person_id, joined, at)
SELECT DISTINCT list, person, false, %s::timestamptz FROM place WHERE list IS NOT NULL AND person <> %s
ON CONFLICT (list_id, person_id) DO UPDATE SET joined = false, at = excluded.at WHERE subscription.joined
"""
_UNLIST: Final = """
INSERT INTO unlisted (reach_id, list_id, at) SELECT DISTINCT reach, list, %s::timestamptz FROM place
WHERE list IS NOT NULL AND reach IS NOT NULL ON CONFLICT DO NOTHING
"""
_LEFT: Final = "SELECT DISTINCT person FROM place WHERE list IS NOT NULL AND person <> %s"
_BARRED: Final = f"""
UPDATE reach SET refused = refused | bits FROM (
    SELECT reach, {_MASK} AS bits FROM refusing WHERE scope BETWEEN {CONDITIONS} AND {TOPICS - 1} GROUP BY 1
) AS said WHERE id = said.reach AND refused & bits <> bits RETURNING id, bits::text
"""
_BARRED_ITEMS: Final = """
UPDATE item SET refused = refused | bits::bit(256) FROM unnest(%s::bytea[], %s::text[]) AS said (reach, bits)
WHERE reach_id = reach
"""


@dataclass(frozen=True, slots=True)
class Refused:
    """How many mailboxes refuse something, how many choices are news, how many mailboxes were barred by a bounce."""

    mailboxes: int
    choices: int
    bounced: int


@keeps(Promise.OPTOUT)
def refuse(told: Iterable[Refusal]) -> Refused:
    """Take refusals, all or none; each holds for whoever holds the mailbox, who is linked, and all their mailboxes.

    Nobody needs to be known: a mailbox that is nobody's is refused all the same. A no that an import said before is
    not written again. A bounce is a condition of its mailbox, and no choice: it spreads to nobody. Whoever refuses
    or joins at one of these mailboxes meanwhile waits for the end. Raises CollectionError for a list that nobody
    knows, Contended if others join the people faster than they can be locked.
    """
    now = datetime.now(UTC)
    with keeping() as cursor:
        for table in _TABLES:
            cursor.execute(table)
        lists = _fill(cursor, told)
        aims(cursor, history(), in_force(), [Chosen(Answer.NO, list=name) for name in sorted(lists)])
        cursor.execute(_ONCE)
        cursor.execute("ANALYZE refusing")
        cursor.execute(_REACHES, [now])
        number = 1 + _lock(cursor)
        cursor.execute(_PLACES, [NOBODY])
        cursor.execute("ANALYZE place")
        cursor.execute(_TOLD, [Actor.IMPORT.value, NOBODY])
        choices = _write(cursor, number, now)
        if choices:
            _effect(cursor, number, now)
        bounced = _bar(cursor, now)
        cursor.execute("SELECT count(DISTINCT reach) FROM refusing")
        mailboxes = int(cursor.fetchone()[0])
        cursor.execute(_DROP)
    return Refused(mailboxes, choices, bounced)


def _fill(cursor: CursorWrapper, told: Iterable[Refusal]) -> set[str]:
    """Put the refusals into the temporary table, and give the lists that they name."""
    lists: set[str] = set()
    for batch in _batches(iter(told)):
        lists |= {one.list for one in batch if one.list}
        cursor.execute(
            _FILL,
            [
                [one.reach for one in batch],
                [None if one.scope is None else int(one.scope) for one in batch],
                [one.list for one in batch],
                [one.evidence for one in batch],
            ],
        )
    return lists


def _batches(told: Iterator[Refusal]) -> Iterator[list[Refusal]]:
    while batch := list(islice(told, BATCH)):
        yield batch


def _lock(cursor: CursorWrapper) -> int:
    """Lock everyone whom it spreads to, persons before mailboxes, until nobody new is found; give the highest number.

    Once the mailboxes are locked nobody comes to hold them, so this ends.
    """
    before = (-1, -1)
    for _ in range(_ROUNDS):
        cursor.execute(_HOLDERS)
        cursor.execute(_LINKED)
        while cursor.rowcount:
            cursor.execute(_LINKED)
        cursor.execute("ANALYZE circle")
        cursor.execute(_LOCK_PERSONS)
        persons, highest = cursor.fetchone()
        cursor.execute(_LOCK_REACHES)
        reaches, number = cursor.fetchone()
        if (persons, reaches) == before:
            return max(highest or 0, number or 0)
        before = (persons, reaches)
    raise Contended("others join the same people all the time", "nothing was kept; try again")


def _write(cursor: CursorWrapper, number: int, now: datetime) -> int:
    """Write the choices, each with its commitment, some thousands under one entry; give how many."""
    answer, actor, last, count = Answer.NO.value, Actor.IMPORT.value, 0, 0
    while True:
        cursor.execute(_NEXT, [last, BATCH])
        places = cursor.fetchall()
        if not places:
            return count
        last, count = places[-1][0], count + len(places)
        columns: tuple[list[Any], ...] = tuple([] for _ in range(7))
        commitments = []
        for _, person, reach, scope, name, evidence in places:
            id_, salt, at = new_key(), new_salt(), None if reach is None else bytes(reach)
            row: tuple[object, ...] = (person, id_, number, at, scope, name, None, answer, actor, evidence, None, now)
            commitments.append(commit(salt, choice_record(row)))
            for column, value in zip(columns, (person, id_, at, scope, name, evidence, salt), strict=True):
                column.append(value)
        entry = append(EntryKind.CHOSEN, now, commitments)
        cursor.execute(_CHOICES, [number, answer, actor, now, entry, *columns])


def _effect(cursor: CursorWrapper, number: int, now: datetime) -> None:
    """Put what is news into effect on persons, mailboxes, items and lists."""
    for statement in _TIGHTEN:
        cursor.execute(statement, [number])
    for statement in _ITEMS:
        cursor.execute(statement)
    cursor.execute(_LEAVE, [now, NOBODY])
    cursor.execute(_UNLIST, [now])
    cursor.execute(_LEFT, [NOBODY])
    left = [person for (person,) in cursor.fetchall()]
    if left:
        relate(cursor, left)


def _bar(cursor: CursorWrapper, now: datetime) -> int:
    """Bar mailboxes that mail bounces from, with their items, under entries *bounced*; give how many are news."""
    cursor.execute(_BARRED)
    barred = [(bytes(reach), bits) for reach, bits in cursor.fetchall()]
    for start in range(0, len(barred), BATCH):
        some = barred[start : start + BATCH]
        commitments = [commit(new_salt(), ["bounced", reach, Actor.IMPORT.value, now]) for reach, _ in some]
        append(EntryKind.BOUNCED, now, commitments)
        cursor.execute(_BARRED_ITEMS, [[reach for reach, _ in some], [bits for _, bits in some]])
    return len(barred)
