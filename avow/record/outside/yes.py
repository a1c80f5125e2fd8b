"""Say since when a person's yes to an organization by its name stands: it covers what was given until then."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from avow.policy.proof.keeps import keeps
from avow.record.declare import keeping
from avow.record.mask import to_bits
from avow.terms import Actor, Promise

_SAID: Final = """
SELECT person_id, max(at) FROM choice
WHERE person_id = ANY(%s) AND list = %s AND answer = 'yes' AND actor = %s GROUP BY 1
"""
_BEYOND: Final = """
SELECT newest.person_id FROM (
    SELECT DISTINCT ON (i.person_id) i.person_id, i.at, s.at AS joined
    FROM subscription s JOIN item i ON i.person_id = s.person_id
    WHERE s.list_id = %s AND s.joined AND i.category = ANY(%s)
        AND (i.stated | i.accepted) & %s::bit(256) <> 0::bit(256) AND i.refused & %s::bit(256) = 0::bit(256)
    ORDER BY i.person_id, i.at DESC, i.id DESC
) AS newest WHERE newest.at > newest.joined AND newest.at > coalesce((
    SELECT max(c.at) FROM choice c
    WHERE c.person_id = newest.person_id AND c.list = %s AND c.answer = 'yes' AND c.actor = %s
), '-infinity') ORDER BY 1
"""


@keeps(Promise.NOT_GIVEN_OUT)
def said(list_id: str, people: Sequence[UUID]) -> Mapping[UUID, datetime]:
    """Give when each of some people last said yes to the organization of a list; what came later it does not cover."""
    with keeping() as cursor:
        cursor.execute(_SAID, [list(people), list_id, Actor.PERSON_VERIFIED.value])
        return dict(cursor.fetchall())


def beyond(list_id: str, categories: Collection[str], uses: int, barring: int) -> frozenset[UUID]:
    """Give who said yes to the organization of a list, and gave after it what would go out now.

    `uses` and `barring` are the masks of the use. It may be accepted all the same, by a yes to another organization;
    that is none to this one.
    """
    words: list[Any] = [
        list_id,
        sorted(categories),
        to_bits(uses),
        to_bits(barring),
        list_id,
        Actor.PERSON_VERIFIED.value,
    ]
    with keeping() as cursor:
        cursor.execute(_BEYOND, words)
        return frozenset(person for (person,) in cursor.fetchall())
