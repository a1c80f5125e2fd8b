"""Sift people by a segment under the guard: what a use may not see of somebody, it cannot go by."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from avow.decision.request import Request
from avow.errors import GateError
from avow.gate.picked.segment import Act, Line, Segment
from avow.gate.ruling import Ruling, ruling, seeing
from avow.policy.proof.keeps import keeps
from avow.record.declare import keeping
from avow.record.mask import to_bits
from avow.record.pinned.aside import ASIDE
from avow.terms import Promise

_IS: Final = """
SELECT DISTINCT ON (person_id) person_id, coalesce(fields->>%s, '') FROM item
WHERE person_id = ANY(%s::uuid[]) AND category = %s AND refused & %s::bit(256) <> %s::bit(256)
    AND (until IS NULL OR until > now())
ORDER BY person_id, at DESC, id DESC
"""
_OWNS: Final = """
SELECT DISTINCT person_id FROM possession
WHERE person_id = ANY(%s::uuid[]) AND product = %s AND (%s = '' OR version = %s)
    AND ended IS NULL AND notice IS NOT NULL
"""
_JOINED: Final = """
SELECT p.id FROM person p LEFT JOIN subscription s ON s.person_id = p.id AND s.list_id = %s
WHERE p.id = ANY(%s::uuid[]) AND CASE WHEN %s THEN s.joined IS NULL ELSE s.joined END AND NOT EXISTS (
    SELECT FROM address a JOIN unlisted u ON u.reach_id = a.reach_id WHERE a.person_id = p.id AND u.list_id = %s
)
"""


@dataclass(frozen=True, slots=True)
class Sifted:
    """Who meets every line of a segment, and how many each line leaves out of those who met the lines above it."""

    kept: frozenset[UUID]
    left: Mapping[str, int]


@keeps(Promise.PURPOSES_ONLY)
def sift(request: Request, segment: Segment, people: Collection[UUID]) -> Sifted:
    """Ask, under the declared use, who of some people is in a segment; the newest that the use may see counts.

    It permits nothing: each is decided when the use happens. Of refusals it knows that they hide: whoever refuses
    leaves segments and enters none. The number of queries depends on the number of lines alone.
    Raises GateError if the request does not name a category that is looked at.
    """
    if not segment.categories <= request.categories:
        raise GateError("a segment looks at what the use does not ask for", "ask for its categories too")
    kept, left = frozenset(people), dict[str, int]()
    if not segment:
        return Sifted(kept, left)
    ruled = ruling(request)
    for line in segment.lines:
        met = _met(ruled, line, kept) if kept else kept
        left[line.words] = left.get(line.words, 0) + len(kept) - len(met)
        kept = met
    return Sifted(kept, left)


def _met(ruled: Ruling, line: Line, people: Collection[UUID]) -> frozenset[UUID]:
    whom: list[UUID] = list(people)
    if line.act is Act.IS:
        aside = to_bits(ASIDE)
        words: list[Any] = [line.of, whom, line.category, aside, aside]
        with seeing(ruled) as cursor:
            cursor.execute(_IS, words)
            return frozenset(person for person, said in cursor.fetchall() if line.meets(said))
    version = "".join(line.values)
    query = _OWNS if line.act is Act.OWNS else _JOINED
    words = [whom, line.of, version, version] if line.act is Act.OWNS else [line.of, whom, line.no, line.of]
    with keeping() as cursor:
        cursor.execute(query, words)
        return frozenset(person for (person,) in cursor.fetchall())
