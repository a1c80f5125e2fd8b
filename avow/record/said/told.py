"""Know what was said before, so that a no which stands already is not written again."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from django.db.backends.utils import CursorWrapper

from avow.record.said.fold import Target, target
from avow.terms import Actor, Answer

_TOLD: Final = """
SELECT person_id, reach, scope, list, purpose, answer, actor, max(no) FROM choice
WHERE person_id = ANY(%s) OR reach = ANY(%s) GROUP BY 1, 2, 3, 4, 5, 6, 7
"""

_Place = tuple[UUID, bytes | None]


@dataclass(frozen=True, slots=True)
class Told:
    """The highest numbers of what was said: each no by its place and actor, a yes by its person or its mailbox."""

    no: Mapping[tuple[Target, _Place, Actor], int] = field(default_factory=dict)
    yes: Mapping[tuple[Target, UUID | bytes | None], int] = field(default_factory=dict)

    def stands(self, about: Target, person: UUID, reach: bytes | None, actor: Actor) -> int:
        """Give the number of a no that this actor said there and no yes came after, be it proven or not; 0 if none."""
        no = self.no.get((about, (person, reach), actor), 0)
        return no if no > max(self.yes.get((about, person), 0), self.yes.get((about, reach), 0)) else 0


def told(cursor: CursorWrapper, persons: Iterable[UUID], reaches: Iterable[bytes]) -> Told:
    """Read what was said by persons, and at mailboxes by anybody."""
    cursor.execute(_TOLD, [list(persons), list(reaches)])
    nos: dict[tuple[Target, _Place, Actor], int] = {}
    yeses: defaultdict[tuple[Target, UUID | bytes | None], int] = defaultdict(int)
    for person, at, scope, list_, purpose, answer, actor, no in cursor.fetchall():
        about, reach = target(scope, list_, purpose), None if at is None else bytes(at)
        if Answer(answer) is Answer.NO:
            nos[about, (person, reach), Actor(actor)] = no
        else:
            yeses[about, person] = max(yeses[about, person], no)
            if reach:
                yeses[about, reach] = max(yeses[about, reach], no)
    return Told(nos, dict(yeses))
