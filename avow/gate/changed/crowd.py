"""Count people by the uses that would touch them, by whether mail reaches them, and by whether they asked for notes."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from avow.decision.plan import Plan, plan
from avow.decision.request import Request
from avow.decision.sql import condition
from avow.policy.document import Policy, Purpose
from avow.policy.history import History
from avow.record.changed.alike import Alike
from avow.record.declare import keeping
from avow.record.mask import from_bits, to_bits
from avow.record.taken.given import address_field
from avow.terms import MessageKind, Relation, Scope

_ITEMS: Final = """
SELECT i.person_id, coalesce(t.touched, 0::bit(256)) AS touched, false AS asked, false AS noted
FROM item i JOIN stamp s ON s.id = i.stamp_id JOIN told t ON
    (s.channel, i.category, i.stated, i.accepted) = (t.channel, t.category, t.stated, t.accepted)
WHERE (i.until IS NULL OR i.until > now())
"""
_REACHED: Final = """
SELECT person_id, 0::bit(256), {asked}, {noted} FROM (
    SELECT i.person_id, i.category, i.stated, i.accepted, p.relations,
        i.refused | p.refused | r.refused AS refused
    FROM item i JOIN person p ON p.id = i.person_id JOIN reach r ON r.id = i.reach_id
    WHERE i.category = ANY(%s) AND (i.until IS NULL OR i.until > now())
) AS addressed
"""
_CROWD: Final = """
WITH told AS MATERIALIZED (
    SELECT channel, category, stated::bit(256), accepted::bit(256), touched::bit(256)
    FROM jsonb_to_recordset(%s::jsonb) AS t (channel text, category text, stated text, accepted text, touched text)
)
SELECT touched::text, asked, noted, count(*) FROM (
    SELECT person_id, bit_or(touched) AS touched, bool_or(asked) AS asked, bool_or(noted) AS noted
    FROM ({items} UNION ALL {reached}) AS each GROUP BY person_id
) AS everybody GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
"""


@dataclass(frozen=True, slots=True)
class Crowd:
    """So many people whom the same uses touch (a mask of their places in a list), reached by mail or not.

    `noted` says that they asked for notes about the policy, and mail reaches them.
    """

    touched: int
    reached: bool
    noted: bool
    people: int


def crowds(history: History, policy: Policy, told: Sequence[tuple[Alike, int]]) -> list[Crowd]:
    """Count whom anything touches or mail reaches, from the groups of like items and the mask of what touches each.

    `policy` is the version under which is asked. Whoever would be asked is touched, so that relation counts as
    on file. One query of two scans; its memory is the database's, and its rows are few.
    """
    heads = [category.id for category in policy.categories.values() if address_field(category) is not None]
    ways = [_way(history, policy, kind, heads) for kind in (MessageKind.POLICY_CHANGE, MessageKind.POLICY_COURTESY)]
    words: list[Any] = [json.dumps([_row(group, mask) for group, mask in told if mask])]
    reached = _REACHED.format(asked=ways[0][0], noted=ways[1][0])
    words += [*ways[0][1], *ways[1][1], heads]
    with keeping() as cursor:
        cursor.execute(_CROWD.format(items=_ITEMS, reached=reached), words)
        return [Crowd(from_bits(mask), asked, noted, people) for mask, asked, noted, people in cursor.fetchall()]


def people() -> int:
    """Count the people on file."""
    with keeping() as cursor:
        cursor.execute("SELECT count(*) FROM person")
        return int(cursor.fetchone()[0])


def _row(group: Alike, mask: int) -> Mapping[str, str]:
    masks = {"stated": to_bits(group.stated), "accepted": to_bits(group.accepted), "touched": to_bits(mask)}
    return {"channel": group.channel, "category": group.category, **masks}


def _way(history: History, policy: Policy, kind: MessageKind, heads: Sequence[str]) -> tuple[str, list[Any]]:
    """Say in SQL by which addresses a kind of message may go: each purpose of it, over each category of addresses."""
    parts = [_condition(name, compiled) for name, compiled in _plans(history, policy, kind, heads)]
    if not parts:
        return "false", []
    return " OR ".join(f"({part})" for part, _ in parts), [word for _, words in parts for word in words]


def _plans(history: History, policy: Policy, kind: MessageKind, heads: Sequence[str]) -> Iterator[tuple[str, Plan]]:
    for purpose in policy.purposes.values():
        if purpose.kind is kind:
            for name in heads:
                found = plan(history, policy, _request(purpose, name))
                asks = kind is MessageKind.POLICY_CHANGE
                yield name, replace(found, needs=found.needs & ~Relation.AFFECTED.mask) if asks else found


def _request(purpose: Purpose, category: str) -> Request:
    return Request(purpose.id, frozenset({category}), topic=purpose.topic or None)


def _condition(category: str, compiled: Plan) -> tuple[str, list[Any]]:
    """Say where a plan allows, for addresses of a category that no mail bounces from."""
    allowed, words = condition(compiled)
    bounced = "refused & %s::bit(256) = 0::bit(256)"
    return f"category = %s AND {bounced} AND {allowed}", [category, to_bits(Scope.BOUNCED.mask), *words]
