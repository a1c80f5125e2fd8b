"""Let a yes count that waited for its address to be proven: each that was listed to the holder, and no other."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db.backends.utils import CursorWrapper

from avow.policy.document import Policy
from avow.record.declare import keeping
from avow.record.said.choices import act, acts_of, pending
from avow.record.said.chosen import Chosen, aims
from avow.record.said.fold import Target, fold, target
from avow.record.shown.versions import history, in_force
from avow.terms import Actor, Answer, Scope

_SAID = "SELECT scope, list, purpose FROM choice WHERE person_id = %s AND reach = %s AND answer = 'yes' AND actor = %s"
_REACH = "SELECT reach_id FROM address WHERE person_id = %s AND exact = %s AND ended IS NULL"
_TOLD = """
SELECT version FROM item JOIN stamp ON stamp.id = stamp_id WHERE person_id = %s AND version IS NOT NULL
ORDER BY at DESC, item.id DESC LIMIT 1
"""


@dataclass(frozen=True, slots=True)
class Ticked:
    """The purposes that wait for a yes of an address's holder, and the version in whose words they were ticked."""

    policy: Policy
    purposes: frozenset[str]


def ticked(person: UUID, exact: bytes) -> Ticked:
    """Give what was ticked with an address (its exact id) and does not count until its holder confirms it."""
    with keeping() as cursor:
        cursor.execute(_REACH, [person, exact])
        row = cursor.fetchone()
        waiting = _waiting(cursor, person, bytes(row[0])) if row else frozenset()
        return Ticked(_told(cursor, person), frozenset(_purposes(cursor, waiting).values()))


def confirm(
    cursor: CursorWrapper, person: UUID, reach: bytes, evidence: str, agreed: Collection[str] | None = None
) -> int | None:
    """Put into effect what was said yes to before the address was proven, and nothing that was refused since.

    `agreed` names the purposes that the holder was shown; None is whatever waits. What is accepted is what the
    version said under which this person gave data last. Gives the number of the choices, or None. Whoever calls
    has locked person and mailbox, so nothing is chosen meanwhile.
    """
    waiting = _waiting(cursor, person, reach)
    if agreed is not None:
        waiting = frozenset(one for one, purpose in _purposes(cursor, waiting).items() if purpose in agreed)
    if not waiting:
        return None
    known = history()
    chosen = [_chosen(one, known.topics) for one in waiting]
    found = {aim.target: aim for aim in aims(cursor, known, _told(cursor, person), chosen) if aim.target in waiting}
    return act(cursor, list(found.values()), Actor.PERSON_VERIFIED, evidence, (person, reach)).no


def _waiting(cursor: CursorWrapper, person: UUID, reach: bytes) -> frozenset[Target]:
    """Give what was said yes to at a mailbox without proof, and nothing that was chosen about since."""
    cursor.execute(_SAID, [person, reach, Actor.PERSON_UNVERIFIED.value])
    said = {target(*row) for row in cursor.fetchall()}
    acts = acts_of(cursor, person, reach) if said else []
    return frozenset({one.target for one in pending(acts, fold(acts))} & said)


def _purposes(cursor: CursorWrapper, targets: Collection[Target]) -> dict[Target, str]:
    """Give the purpose of each target that has one: itself, or that of its list."""
    lists = [str(one.id) for one in targets if one.kind == "list"]
    bound: dict[str, str] = {}
    if lists:
        cursor.execute("SELECT id, purpose FROM list WHERE id = ANY(%s)", [lists])
        bound = dict(cursor.fetchall())
    named = {one: str(one.id) if one.kind == "purpose" else bound.get(str(one.id), "") for one in targets}
    return {one: purpose for one, purpose in named.items() if purpose and one.kind != "scope"}


def _told(cursor: CursorWrapper, person: UUID) -> Policy:
    """Give the version under which a person gave data last; the one in force if that is unknown."""
    cursor.execute(_TOLD, [person])
    row = cursor.fetchone()
    return history().version(row[0]) if row else in_force()


def _chosen(one: Target, topics: Mapping[str, int]) -> Chosen:
    """Give the yes that aims at a target."""
    match one:
        case Target("list", str() as name):
            return Chosen(Answer.YES, list=name)
        case Target("purpose", str() as name):
            return Chosen(Answer.YES, purpose=name)
    topic = next((name for name, bit in topics.items() if bit == one.id), None)
    return Chosen(Answer.YES, topic=topic) if topic else Chosen(Answer.YES, scope=Scope(int(one.id)))
