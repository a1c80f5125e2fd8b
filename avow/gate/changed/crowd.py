"""Count people by the uses that would touch them and by what mail reaches them, and lay down whom to ask."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from django.db.backends.utils import CursorWrapper

from avow.decision.plan import Plan, plan
from avow.decision.request import Request
from avow.decision.sql import condition
from avow.policy.document import Policy, Purpose
from avow.policy.history import History
from avow.record.changed.alike import Alike
from avow.record.changed.scan import scan
from avow.record.declare import keeping
from avow.record.mask import from_bits, to_bits
from avow.record.taken.given import address_field
from avow.terms import MessageKind, Relation, Scope

_TOLD: Final = """
(
    SELECT stamp, category, stated::bit(256), accepted::bit(256), touched::bit(256)
    FROM jsonb_to_recordset(%s::jsonb) AS t (stamp uuid, category text, stated text, accepted text, touched text)
) AS t
"""
_ITEMS: Final = f"""
SELECT i.person_id, coalesce(t.touched, 0::bit(256)) AS touched, false AS asked, false AS noted
FROM item i JOIN {_TOLD} ON (i.stamp_id, i.category, i.stated, i.accepted)
    = (t.stamp, t.category, t.stated, t.accepted)
WHERE (i.until IS NULL OR i.until > now())
"""
ADDRESSED: Final = """
SELECT i.person_id, i.reach_id, i.at, i.category, i.stated, i.accepted, p.relations,
    i.refused | p.refused | r.refused AS refused
FROM item i JOIN person p ON p.id = i.person_id JOIN reach r ON r.id = i.reach_id
WHERE i.category = ANY(%s) AND (i.until IS NULL OR i.until > now())
"""
"""What is known of every address with time left."""
_REACHED: Final = f"""
SELECT person_id, 0::bit(256), {{asked}}, {{noted}} FROM ({ADDRESSED}) AS addressed WHERE {{asked}} OR {{noted}}
"""
SPARED: Final = "SELECT person_id, bit_or(no) AS refused FROM question GROUP BY 1"
"""What people said no to when they were asked: nobody is asked for the very same again."""
_CROWD: Final = f"""
SELECT touched::text, refused::text, asked, noted, people FROM (
    SELECT touched, touched & coalesce(refused, 0::bit(256)) AS refused, asked, noted, count(*) AS people FROM (
        SELECT person_id, bit_or(touched) AS touched, bool_or(asked) AS asked, bool_or(noted) AS noted
        FROM ({{items}} UNION ALL {{reached}}) AS each GROUP BY person_id
    ) AS everybody LEFT JOIN ({SPARED}) AS spared USING (person_id) GROUP BY 1, 2, 3, 4
) AS crowd ORDER BY 1, 2, 3, 4
"""
_TOUCHED: Final = f"""
CREATE TEMPORARY TABLE asking_touched AS
SELECT person_id, bit_or(touched) AS touched FROM ({_ITEMS}) AS each GROUP BY 1
"""
_WAYS: Final = f"""
CREATE TEMPORARY TABLE asking_way AS
SELECT DISTINCT ON (person_id) person_id, reach_id, asked, noted FROM (
    SELECT person_id, reach_id, at, {{asked}} AS asked, {{noted}} AS noted
    FROM ({ADDRESSED}) AS addressed WHERE {{asked}} OR {{noted}}
) AS each ORDER BY person_id, asked DESC, noted DESC, at DESC, reach_id
"""
_WHOM: Final = f"""
CREATE TEMPORARY TABLE asking AS
SELECT row_number() OVER (ORDER BY person_id) AS n, person_id AS person, reach_id AS reach, exact, uses FROM (
    SELECT DISTINCT ON (w.person_id) w.*, a.exact FROM (
        SELECT w.person_id, w.reach_id, CASE WHEN w.asked
            THEN coalesce(t.touched & ~ coalesce(s.refused, 0::bit(256)), 0::bit(256)) ELSE 0::bit(256) END AS uses,
            w.noted AND t.touched IS NULL AS noted
        FROM asking_way w LEFT JOIN asking_touched t USING (person_id) LEFT JOIN ({SPARED}) AS s USING (person_id)
        WHERE NOT EXISTS (SELECT FROM question q WHERE q.person_id = w.person_id AND q.version = %s)
    ) AS w JOIN address a ON (a.person_id, a.reach_id) = (w.person_id, w.reach_id) AND a.ended IS NULL
    WHERE uses <> 0::bit(256) OR noted ORDER BY w.person_id, a.verified DESC NULLS LAST, a.at DESC
) AS found
"""
_DROP: Final = "DROP TABLE IF EXISTS asking, asking_touched, asking_way"


@dataclass(frozen=True, slots=True)
class Crowd:
    """So many people whom the same uses touch (a mask of bits), who refused some of them before, and whom mail reaches.

    `noted` says that they asked for notes about the policy, and mail reaches them.
    """

    touched: int
    refused: int
    reached: bool
    noted: bool
    people: int

    @property
    def asked(self) -> int:
        """Give the uses that they are asked about."""
        return self.touched & ~self.refused if self.reached else 0


def crowds(history: History, policy: Policy, told: Sequence[tuple[Alike, int]]) -> list[Crowd]:
    """Count whom anything touches or mail reaches, from the groups of like items and the mask of what touches each.

    `policy` is the version under which is asked. Whoever would be asked is touched, so that relation counts as
    on file. One query of two scans; its memory is the database's, and its rows are few.
    """
    (asked, noted), heads = _ways(history, policy)
    reached = _REACHED.format(asked=asked[0], noted=noted[0])
    words = [_rows(told), *asked[1], *noted[1], heads, *asked[1], *noted[1]]
    with keeping() as cursor:
        scan(cursor)
        cursor.execute(_CROWD.format(items=_ITEMS, reached=reached), words)
        return [
            Crowd(from_bits(touched), from_bits(refused), asked, noted, people)
            for touched, refused, asked, noted, people in cursor.fetchall()
        ]


def whom(
    cursor: CursorWrapper,
    history: History,
    policy: Policy,
    told: Sequence[tuple[Alike, int]],
    version: str,
    *,
    ask: bool,
    note: bool,
) -> int:
    """Lay down in the temporary table `asking` whom mail about a version goes to, and give how many they are.

    Each row has a number from 1 on, person, mailbox, address and the uses to ask about; none is a note, which is for
    those whom nothing touches, where they go out (`note`); nobody is asked
    where the policy promises to use nothing in another way (`ask`). Who had mail about this version gets no second one.
    `policy` is the version under which is asked. The table lasts until it is dropped, or the connection ends.
    """
    (asked, noted), heads = _ways(history, policy)
    asked, noted = asked if ask else _NONE, noted if note else _NONE
    both = [*asked[1], *noted[1]]
    scan(cursor)
    cursor.execute(_DROP)
    cursor.execute(_TOUCHED, [_rows(told)])
    cursor.execute(_WAYS.format(asked=asked[0], noted=noted[0]), [*both, heads, *both])
    cursor.execute("ANALYZE asking_touched, asking_way")
    cursor.execute(_WHOM, [version])
    found = int(cursor.rowcount)
    cursor.execute("CREATE INDEX ON asking (n)")
    cursor.execute("ANALYZE asking")
    return found


def done(cursor: CursorWrapper) -> None:
    """Drop what `whom` laid down."""
    cursor.execute(_DROP)


def people() -> int:
    """Count the people on file."""
    with keeping() as cursor:
        cursor.execute("SELECT count(*) FROM person")
        return int(cursor.fetchone()[0])


def _rows(told: Sequence[tuple[Alike, int]]) -> str:
    return json.dumps([row for group, mask in told if mask for row in _row(group, mask)])


def _row(group: Alike, mask: int) -> Iterator[Mapping[str, str]]:
    masks = {"stated": to_bits(group.stated), "accepted": to_bits(group.accepted), "touched": to_bits(mask)}
    for stamp in group.stamps:
        yield {"stamp": str(stamp), "category": group.category, **masks}


_Way = tuple[str, list[Any]]
"""A condition in SQL, and its words."""
_NONE: Final[_Way] = "false", []


def _ways(history: History, policy: Policy) -> tuple[tuple[_Way, _Way], list[str]]:
    """Say by which addresses questions and notes may go, and which categories hold addresses."""
    heads = [category.id for category in policy.categories.values() if address_field(category) is not None]
    ask, note = (
        _way(history, policy, kind, heads) for kind in (MessageKind.POLICY_CHANGE, MessageKind.POLICY_COURTESY)
    )
    return (ask, note), heads


def _way(history: History, policy: Policy, kind: MessageKind, heads: Sequence[str]) -> _Way:
    """Say in SQL by which addresses a kind of message may go: each purpose of it, over each category of addresses."""
    parts = [_condition(name, compiled) for name, compiled in _plans(history, policy, kind, heads)]
    if not parts:
        return _NONE
    return f"({' OR '.join(f'({part})' for part, _ in parts)})", [word for _, words in parts for word in words]


def _plans(history: History, policy: Policy, kind: MessageKind, heads: Sequence[str]) -> Iterator[tuple[str, Plan]]:
    for purpose in policy.purposes.values():
        if purpose.kind is kind:
            for name in heads:
                found = plan(history, policy, _request(purpose, name))
                asks = kind is MessageKind.POLICY_CHANGE
                yield name, replace(found, needs=found.needs & ~Relation.AFFECTED.mask) if asks else found


def _request(purpose: Purpose, category: str) -> Request:
    return Request(purpose.id, frozenset({category}), topic=purpose.topic or None)


def _condition(category: str, compiled: Plan) -> _Way:
    """Say where a plan allows, for addresses of a category that no mail bounces from."""
    allowed, words = condition(compiled)
    bounced = "refused & %s::bit(256) = 0::bit(256)"
    return f"category = %s AND {bounced} AND {allowed}", [category, to_bits(Scope.BOUNCED.mask), *words]
