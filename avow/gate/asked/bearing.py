"""Tell a program which choices of a person bear on its purpose, and of no other."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.db import transaction

from avow.decision.request import Request
from avow.gate.facts import lists
from avow.gate.ruling import Ruling, ruling
from avow.gate.seen.reader import Reader, request_of
from avow.policy.proof.keeps import keeps
from avow.record.declare import keeping
from avow.record.mask import CHOICES
from avow.record.said.choices import state
from avow.record.seen.reading import note
from avow.record.shown.versions import history
from avow.terms import CONDITIONS, TOPICS, Promise, Scope

WHAT: Final = "choices"
"""What a reading of choices says was read."""


@dataclass(frozen=True, slots=True)
class Bearing:
    """Which choices bear on a purpose: what is refused, which lists were left and joined, whether it was accepted."""

    refused: tuple[str, ...]
    left: tuple[str, ...]
    joined: tuple[str, ...]
    accepted: bool
    choice_no: int


@keeps(Promise.CONFIDENTIAL)
def bearing(by: Reader, purpose: str, person: UUID) -> Bearing | None:
    """Read a person's choices for one purpose, and note it; None if nobody has this id.

    A refusal is told to whom it is to hold for, though the gate lets them see nothing else of that person.
    """
    request = request_of(by, purpose)
    with transaction.atomic():
        if not _known(person):
            return None
        note(by.staff, by.role, purpose, {person: [WHAT]})
        return _bearing(request, person)


def _known(person: UUID) -> bool:
    with keeping() as cursor:
        cursor.execute("SELECT FROM person WHERE id = %s", [person])
        return cursor.fetchone() is not None


def _bearing(request: Request, person: UUID) -> Bearing:
    ruled = ruling(request)
    with keeping() as cursor:
        on = lists(cursor, ruled.plan.request, None)
    stands = state(person)
    return Bearing(
        tuple(_names(ruled, stands.refused)),
        tuple(sorted(stands.left.intersection(on.joinable))),
        tuple(sorted(stands.joined.intersection(on.joinable))),
        request.purpose in stands.accepted,
        stands.choice_no,
    )


def _names(ruled: Ruling, refused: int) -> Iterator[str]:
    """Name the scopes and topics that are refused and that the use looks at; a bounce is no choice."""
    mask = refused & ruled.plan.forbid & CHOICES
    for bit in range(mask.bit_length()):
        if mask >> bit & 1 and bit < CONDITIONS:
            yield Scope(bit).name.lower()
        elif mask >> bit & 1 and bit >= TOPICS:
            yield next((f"topic.{name}" for name, number in history().topics.items() if number == bit), f"topic.{bit}")
