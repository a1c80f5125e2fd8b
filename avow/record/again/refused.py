"""Refuse again what was refused since: each no at each place where it stood, and nowhere twice."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from django.db.backends.utils import CursorWrapper

from avow.errors import CollectionError
from avow.record.declare import keeping
from avow.record.mask import to_bits
from avow.record.said.choices import Chosen, act
from avow.record.said.chosen import aims
from avow.record.shown.versions import history, in_force
from avow.terms import TOPICS, Actor, Answer, Scope

Place = tuple[UUID | None, bytes | None]
_EVIDENCE: Final = "from the journal"
_STANDS: Final = """
SELECT NOT EXISTS (SELECT FROM person WHERE id = ANY(%s) AND refused & %s::bit(256) = 0::bit(256))
AND (SELECT count(*) FROM reach WHERE id = ANY(%s) AND refused & %s::bit(256) <> 0::bit(256)) = %s
"""
_NUMBER: Final = "UPDATE {} SET choice_no = greatest(choice_no, %s) WHERE id = ANY(%s) AND choice_no < %s"


def refuse(
    line: Mapping[str, Any], known: Mapping[str, UUID], apply: Callable[[Mapping[str, str | int | None]], object]
) -> bool:
    """Refuse what a line of the journal says, for whom it is about and is here; say whether that was news.

    `apply` takes a refusal as the spool keeps it. A no that others took over keeps to its places, as it did then.
    """
    there = [(known.get(person), bytes.fromhex(reach) or None) for person, reach in line["places"]]
    places: list[Place] = list(dict.fromkeys(place for place in there if place != (None, None)))
    topic = _topic(line["scope"])
    chosen = _chosen(line, topic)
    with keeping() as cursor:
        if not places or _stands(cursor, chosen, line["scope"], places):
            return False
        _number(cursor, int(line["no"]), places)
        if line["actor"] == Actor.SYSTEM.value:
            for place in places:
                _near(cursor, chosen, place)
            return True
    for person, reach in places:
        apply(
            {
                "scope": None if chosen.scope is None else int(chosen.scope),
                "topic": chosen.topic,
                "list": chosen.list,
                "purpose": chosen.purpose,
                "actor": line["actor"],
                "evidence": _EVIDENCE,
                "person": person.hex if person else None,
                "reach": reach.hex() if reach else None,
                "at": line["at"],
            }
        )
    return True


def _topic(scope: int | None) -> str | None:
    return next((name for name, bit in history().topics.items() if bit == scope), None)


def _chosen(line: Mapping[str, Any], topic: str | None) -> Chosen:
    """Give the no of a line; what no version knows any more is refused as all marketing."""
    scope = line["scope"]
    if topic is not None:
        return Chosen(Answer.NO, topic=topic)
    if scope is not None:
        return Chosen(Answer.NO, scope=Scope.MARKETING if scope >= TOPICS else Scope(scope))
    return Chosen(Answer.NO, list=line["list"], purpose=line["purpose"])


def _stands(cursor: CursorWrapper, chosen: Chosen, bit: int | None, places: Sequence[Place]) -> bool:
    """Say whether a scope is refused at every place already."""
    if bit is None or (chosen.scope is not None and int(chosen.scope) != bit):
        return False
    mask, (persons, reaches) = to_bits(1 << bit), _columns(places)
    cursor.execute(_STANDS, [persons, mask, reaches, mask, len(reaches)])
    return bool(cursor.fetchone()[0])


def _number(cursor: CursorWrapper, no: int, places: Sequence[Place]) -> None:
    """Let the next number here be no lower than the one that was given then."""
    persons, reaches = _columns(places)
    cursor.execute(_NUMBER.format("person"), [no - 1, persons, no - 1])
    cursor.execute(_NUMBER.format("reach"), [no - 1, reaches, no - 1])


def _near(cursor: CursorWrapper, chosen: Chosen, place: Place) -> None:
    try:
        found = aims(cursor, history(), in_force(), [chosen])
    except CollectionError:
        found = aims(cursor, history(), in_force(), [Chosen(Answer.NO, scope=Scope.MARKETING)])
    act(cursor, found, Actor.SYSTEM, _EVIDENCE, place, near=True)


def _columns(places: Sequence[Place]) -> tuple[list[UUID], list[bytes]]:
    persons = dict.fromkeys(person for person, _ in places if person)
    return list(persons), list(dict.fromkeys(reach for _, reach in places if reach))
