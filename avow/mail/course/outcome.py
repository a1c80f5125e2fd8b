"""Count what became of a mailing: by domain, by reason, and who said no after it; a small domain is not named."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from avow.record.upkeep import upkeep

FEW: Final = 5
"""A domain of fewer mailboxes is not named: it could be one person's."""
OTHER: Final = "(other domains)"
BOUNCED: Final = "bounced"
"""Stands for a message that was taken by the mail server, and came back later."""
_STATE: Final = f"CASE WHEN state = 'sent' AND outcome LIKE 'came back%%' THEN '{BOUNCED}' ELSE state END"
_CODE: Final = "'^(?:came back: \\w+ )?[0-9][0-9.]*(?: [245]\\.[0-9.]+)?'"
"""Takes the code out of what a mail server said, so that the same answer to many is counted as one."""
_DOMAINS: Final = f"""
SELECT domain, {_STATE}, count(*) FROM delivery WHERE mailing_id = %s AND domain <> '' GROUP BY 1, 2
"""
_REASONS: Final = f"""
SELECT {_STATE} AS what,
    CASE WHEN state = 'denied' THEN because
         ELSE coalesce(substring(outcome from {_CODE}), left(outcome, 80))
    END AS why, count(*)
FROM delivery WHERE mailing_id = %s AND (state IN ('denied', 'refused', 'deferred', 'failed', 'doubt')
    OR state = 'sent' AND outcome LIKE 'came back%%')
GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2 LIMIT 30
"""
_SAID_NO: Final = """
SELECT coalesce(array_position(%s::text[], c.evidence), 0), count(DISTINCT d.reach)
FROM delivery d JOIN choice c ON c.reach = d.reach
WHERE d.mailing_id = %s AND d.state IN ('sent', 'doubt') AND c.answer = 'no' AND c.via IS NULL
    AND c.at >= d.ended AND c.at < d.ended + interval '14 days'
GROUP BY 1
"""
_LINES: Final = f"""
SELECT reach, person_id, {_STATE}, because, outcome, attempts, coalesce(ended, due) FROM delivery
WHERE mailing_id = %s AND (%s = '' OR {_STATE} = %s) ORDER BY reach LIMIT %s OFFSET %s
"""


@dataclass(frozen=True, slots=True)
class Line:
    """What became of one mailbox's copy: whose, in which state and why, how often it was tried, since when."""

    reach: bytes
    person: UUID
    state: str
    because: str
    outcome: str
    attempts: int
    at: datetime


def by_domain(key: UUID) -> dict[str, Mapping[str, int]]:
    """Count states by the domain that copies were handed over to, the largest first; small ones together, last."""
    with upkeep() as cursor:
        cursor.execute(_DOMAINS, [key])
        rows = cursor.fetchall()
    sizes: Counter[str] = Counter()
    for domain, _, count in rows:
        sizes[domain] += count
    found: dict[str, Counter[str]] = {domain: Counter() for domain, size in sizes.most_common(20) if size >= FEW}
    for domain, state, count in rows:
        found.setdefault(domain if domain in found else OTHER, Counter())[state] += count
    other = found.pop(OTHER, None)
    return {**found, **({OTHER: other} if other else {})}


def by_reason(key: UUID) -> list[tuple[str, str, int]]:
    """Count who did not get it by state and reason: clauses of the policy, or what the mail server said."""
    with upkeep() as cursor:
        cursor.execute(_REASONS, [key])
        return [(state, why, count) for state, why, count in cursor.fetchall()]


def said_no(key: UUID, ways: Sequence[str]) -> dict[str, int]:
    """Count who said no within fourteen days after they got it, by the ways that are named; "" is any other way."""
    with upkeep() as cursor:
        cursor.execute(_SAID_NO, [list(ways), key])
        return {ways[place - 1] if place else "": count for place, count in cursor.fetchall()}


def lines(key: UUID, state: str = "", page: int = 1, size: int = 25) -> list[Line]:
    """Give a page of the copies of a mailing, of one state or of all."""
    with upkeep() as cursor:
        cursor.execute(_LINES, [key, state, state, size, max(0, page - 1) * size])
        return [Line(bytes(row[0]), *row[1:]) for row in cursor.fetchall()]
