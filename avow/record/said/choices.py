"""Take a no or a yes: a no spreads at once, a yes counts when it is that person's own verified act."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

from django.db.backends.utils import CursorWrapper

from avow.errors import RecordError
from avow.ledger.append import ENTERED, entered
from avow.ledger.commitment import commit, new_salt
from avow.policy.proof.keeps import keeps
from avow.record.declare import keeping
from avow.record.key import NOBODY, new_key
from avow.record.mask import from_bits
from avow.record.said.chosen import Aim, Chosen, aims
from avow.record.said.circle import Circle, circle, narrow
from avow.record.said.effect import accept, answered, join, leave, loosen, put_on_file, settle, tighten
from avow.record.said.fold import Act, State, Target, accepted, fold, target
from avow.record.said.told import Told, told
from avow.record.said.withheld import held_back
from avow.record.shown.versions import history, in_force
from avow.terms import Actor, Answer, EntryKind, Promise

__all__ = ["Chosen", "Said", "Standing", "choose", "choose_all", "choose_wide", "state"]

_INSERT: Final = f"""
WITH {ENTERED}
INSERT INTO choice (person_id, id, no, reach, scope, list, purpose, answer, actor, evidence, via, at, salt, entry, pos)
SELECT person_id, id, %s, reach, scope, list, purpose, answer, %s, %s, via, %s, salt, (SELECT id FROM entered), pos - 1
FROM unnest(%s::uuid[], %s::uuid[], %s::bytea[],
    %s::smallint[], %s::text[], %s::text[], %s::text[], %s::uuid[], %s::bytea[])
WITH ORDINALITY AS row (person_id, id, reach, scope, list, purpose, answer, via, salt, pos)
"""
_ACTS: Final = "SELECT person_id, reach, no, scope, list, purpose, answer, actor FROM choice WHERE "


_KINDS: Final = ("scope", "list", "purpose")

Who = tuple[UUID | None, bytes | None]
"""Whose choice it is: a person, a mailbox, or a person at a mailbox."""
Place = tuple[UUID, bytes | None, UUID | None]
"""Where a row of an act stands: person (or NOBODY), mailbox, and the link that led there."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How a person or a mailbox stands: what is refused, left, joined, accepted, and which yes waits for proof.

    `refused` is the mask of scopes, topics and conditions; the rest are ids of lists and of purposes.
    """

    refused: int
    left: frozenset[str]
    joined: frozenset[str]
    accepted: frozenset[str]
    pending: frozenset[Target]
    choice_no: int


@dataclass(frozen=True, slots=True)
class Said:
    """What an act came to: its number, and whom and which mailboxes it holds for."""

    no: int
    persons: frozenset[UUID]
    reaches: frozenset[bytes]


@keeps(Promise.OPTOUT)
def choose(chosen: Chosen, actor: Actor, evidence: str, person: UUID | None = None, reach: bytes | None = None) -> int:
    """Take one choice of a person, of a mailbox, or of a person at a mailbox, and give its number.

    A no holds when this commits, for every person who holds the mailbox, for all who are linked to them, and
    for all their mailboxes; a mailbox that is nobody's is refused all the same, and no person is made of it.
    A yes loosens only for a verified act, only that person (and who is linked) and the proven mailbox; a yes
    of anyone else is stored, and changes nothing until it is confirmed.
    """
    return choose_all([chosen], actor, evidence, person, reach)


def choose_all(
    chosen: Sequence[Chosen], actor: Actor, evidence: str, person: UUID | None = None, reach: bytes | None = None
) -> int:
    """Take several choices as one act, and give its number; see `choose`."""
    return choose_wide(chosen, actor, evidence, person, reach).no


def choose_wide(
    chosen: Sequence[Chosen], actor: Actor, evidence: str, person: UUID | None = None, reach: bytes | None = None
) -> Said:
    """Take several choices as one act, and give its number with everyone whom a no of it spread to; see `choose`."""
    if person is None and reach is None:
        raise RecordError("a choice is of a person or of a mailbox", "give one of them")
    with keeping() as cursor:
        found = aims(cursor, history(), in_force(), chosen)
        around = act(cursor, found, actor, evidence, (person, reach))
    return Said(around.no, frozenset(around.persons), frozenset(around.reaches))


def act(
    cursor: CursorWrapper,
    found: Sequence[Aim],
    actor: Actor,
    evidence: str,
    who: Who,
    *,
    near: bool = False,
) -> Circle:
    """Write the choices of one act and put them into effect; give everyone it was locked for, and its number.

    `near` keeps a no with this person and mailbox: what was refused before is taken over, not said anew.
    A no that spreads is written where it does not stand already; where it stands everywhere, its number is given.
    """
    person, reach = who
    wide = not near and any(aim.spreads for aim in found)
    around = (circle if wide else narrow)(cursor, person, reach)
    effective = actor.loosens and person is not None
    if effective and reach is not None and any(aim.answer is Answer.YES for aim in found):
        _demand_proof(cursor, person, reach)
    places: Mapping[Aim, Sequence[Place]] = {aim: _places(around, aim, actor, who, near=near) for aim in found}
    if wide:
        around, places = _news(cursor, around, places, actor)
    if any(places.values()):
        _write(cursor, around.no, places, actor, evidence)
    for aim in found:
        if aim.answer is Answer.NO:
            _refuse(cursor, around, aim, who, near=near)
        elif effective and person is not None:
            _allow(cursor, around, aim, person, reach)
    return around


def state(person: UUID | None = None, reach: bytes | None = None) -> Standing:
    """Give how a person stands, or a mailbox with all who hold it, or both together: the stricter wins."""
    with keeping() as cursor:
        persons = [person] if person else _holders(cursor, reach)
        cursor.execute("SELECT refused, choice_no FROM person WHERE id = ANY(%s)", [persons])
        rows = cursor.fetchall()
        cursor.execute("SELECT refused, choice_no FROM reach WHERE id = %s", [reach])
        rows += cursor.fetchall()
        cursor.execute("SELECT list_id, joined FROM subscription WHERE person_id = ANY(%s)", [persons])
        lists = cursor.fetchall()
        cursor.execute("SELECT list_id FROM unlisted WHERE reach_id = %s", [reach])
        left = {row[0] for row in cursor.fetchall()} | {name for name, joined in lists if not joined}
        held = held_back(cursor, persons)
        acts = [act for one in persons for act in acts_of(cursor, one, reach if len(persons) == 1 else None)]
    folded = fold(acts)
    mask = 0
    for bits, _ in rows:
        mask |= from_bits(bits)
    return Standing(
        mask,
        frozenset(left),
        frozenset(name for name, joined in lists if joined) - left,
        frozenset(str(t.id) for t in folded if t.kind == "purpose" and accepted(folded, t)) - held,
        frozenset(act.target for act in pending(acts, folded)),
        max((no for _, no in rows), default=0),
    )


def acts_of(cursor: CursorWrapper, person: UUID, reach: bytes | None) -> list[Act]:
    """Read the choices of a person, and each no at a mailbox: a yes counts for who said it alone."""
    cursor.execute(f"{_ACTS} person_id = %s OR (reach = %s AND answer = 'no')", [person, reach])
    return [
        Act(target(scope, list_, purpose), Answer(answer), Actor(actor), no)
        for _, _, no, scope, list_, purpose, answer, actor in cursor.fetchall()
    ]


def pending(acts: Sequence[Act], folded: State) -> list[Act]:
    """Give each yes that waits for its person's proof: nothing was chosen about it since."""
    return [
        act
        for act in acts
        if act.answer is Answer.YES
        and act.actor is Actor.PERSON_UNVERIFIED
        and act.no > max(folded.get(act.target, (0, 0)))
    ]


def choice_record(row: Sequence[object]) -> object:
    """Give what the ledger commits to of a choice.

    The row holds person, id, no, reach, scope, list, purpose, answer, actor, evidence, via and at.
    """
    return ["choice", *row]


def _demand_proof(cursor: CursorWrapper, person: UUID | None, reach: bytes) -> None:
    cursor.execute(
        "SELECT 1 FROM address WHERE person_id = %s AND reach_id = %s AND verified IS NOT NULL AND ended IS NULL",
        [person, reach],
    )
    if cursor.fetchone() is None:
        raise RecordError("a yes needs an address that is proven", "confirm the address first")


def _write(cursor: CursorWrapper, no: int, places: Mapping[Aim, Sequence[Place]], actor: Actor, evidence: str) -> None:
    """Write the rows of an act, one for each person and mailbox that it is to hold for, and their entry."""
    now = datetime.now(UTC)
    columns: list[list[Any]] = [[] for _ in range(9)]
    commitments = []
    for aim, (person, reach, via) in ((aim, place) for aim, there in places.items() for place in there):
        scope, list_, purpose = (aim.target.id if aim.target.kind == kind else None for kind in _KINDS)
        id_, salt, answer = new_key(), new_salt(), aim.answer.value
        row = (person, id_, no, reach, scope, list_, purpose, answer, actor.value, evidence, via, now)
        commitments.append(commit(salt, choice_record(row)))
        for column, value in zip(columns, (person, id_, reach, scope, list_, purpose, answer, via, salt), strict=True):
            column.append(value)
    entry = entered(EntryKind.CHOSEN, now, commitments)
    cursor.execute(_INSERT, [*entry, no, actor.value, evidence, now, *columns])


def _places(around: Circle, aim: Aim, actor: Actor, who: Who, *, near: bool) -> list[Place]:
    """Give where each row of an act stands."""
    person, reach = who
    if aim.spreads and not near:
        return [(one, at, None) for one, at in around.pairs]
    own: Place = (person or NOBODY, reach, None)
    if aim.answer is Answer.YES and aim.mask and actor.loosens and person:
        return [own, *((other, None, around.via[other]) for other in sorted(around.persons) if other != person)]
    return [own]


def _news(
    cursor: CursorWrapper, around: Circle, places: Mapping[Aim, Sequence[Place]], actor: Actor
) -> tuple[Circle, dict[Aim, Sequence[Place]]]:
    """Leave out each place where a no stands that the same actor said before; repeat the number if none is left."""
    before = told(cursor, around.persons, around.reaches) if around.no > 1 else Told()
    news: dict[Aim, Sequence[Place]] = {}
    standing = 0
    for aim, there in places.items():
        numbers = [before.stands(aim.target, at[0], at[1], actor) if aim.spreads else 0 for at in there]
        news[aim] = [at for at, no in zip(there, numbers, strict=True) if not no]
        standing = max(standing, *numbers)
    return (around if any(news.values()) else replace(around, no=standing)), news


def _refuse(cursor: CursorWrapper, around: Circle, aim: Aim, who: Who, *, near: bool) -> None:
    persons, reaches = list(around.persons), list(around.reaches)
    if near or not aim.spreads:
        persons, reaches = [one for one in persons if one == who[0]], [at for at in reaches if at == who[1]]
    tighten(cursor, persons, reaches, aim.mask, around.no)
    leave(cursor, list(around.persons) if aim.spreads else persons, reaches, list(aim.lists))
    accept(cursor, persons, aim.accepts, give=False)
    put_on_file(cursor, persons, aim.relations, give=False)
    _note(cursor, aim, list(around.persons))
    if len(around.persons) > len(persons):
        settle(cursor, list(around.persons), reaches)


def _allow(cursor: CursorWrapper, around: Circle, aim: Aim, person: UUID, reach: bytes | None) -> None:
    reaches = [reach] if reach else []
    loosen(cursor, list(around.persons), reaches, aim.mask, around.no)
    join(cursor, person, reaches, list(aim.lists))
    accept(cursor, [person], aim.accepts, give=True)
    put_on_file(cursor, [person], aim.relations, give=True)
    _note(cursor, aim, [person])


def _note(cursor: CursorWrapper, aim: Aim, persons: list[UUID]) -> None:
    """Note an answer beside its question."""
    if aim.question:
        mask = next(iter(dict(aim.accepts).values()), 0)
        answered(cursor, persons, aim.question, mask, give=aim.answer is Answer.YES)


def _holders(cursor: CursorWrapper, reach: bytes | None) -> list[UUID]:
    cursor.execute("SELECT DISTINCT person_id FROM address WHERE reach_id = %s", [reach])
    return [row[0] for row in cursor.fetchall()]
