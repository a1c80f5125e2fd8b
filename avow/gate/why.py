"""Say why a use of a person's data is permitted or not, in the policy's own sentences."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.backends.utils import CursorWrapper

from avow.decision.decision import Decision
from avow.decision.explain import explain
from avow.decision.facts import Facts
from avow.decision.request import Request
from avow.gate.facts import facts, lists
from avow.gate.ruling import Ruling, ruling, verdict
from avow.record.declare import keeping
from avow.record.key import NOBODY
from avow.record.mask import from_bits

_SOURCES: Final = """
SELECT i.id, s.channel, coalesce(s.version, '') FROM item i JOIN stamp s ON s.id = i.stamp_id
WHERE i.person_id = %s AND i.category = ANY(%s)
"""
_CHOICES: Final = """
SELECT DISTINCT ON (no, scope, list) no, at, actor, evidence, scope, list FROM choice
WHERE answer = 'no' AND (scope = ANY(%s) OR list = %s)
    AND (person_id = %s OR reach = %s OR reach IN (SELECT reach_id FROM address WHERE person_id = %s))
ORDER BY no DESC, scope, list
"""


@dataclass(frozen=True, slots=True)
class Part:
    """The answer for one item: what it is, when and how it came, and what the decision says of it."""

    category: str
    at: datetime
    channel: str
    version: str
    decision: Decision


@dataclass(frozen=True, slots=True)
class Refusal:
    """A choice that says no to this use: its number, time, actor and evidence, and the scope's bit or the list."""

    no: int
    at: datetime
    actor: str
    evidence: str
    scope: int | None
    list: str | None


@dataclass(frozen=True, slots=True)
class Why:
    """Whether a use is permitted, the sentences that make it so by clause, the items and the choices behind it.

    `otherwise` are plain words where no clause decided: what would have permitted the use. `known` is
    whether anybody has this id; `person` is NOBODY where a mailbox was asked about that is nobody's.
    """

    person: UUID
    request: Request
    version: str
    decision: Decision
    sentences: Mapping[str, str]
    otherwise: tuple[str, ...]
    parts: tuple[Part, ...]
    refusals: tuple[Refusal, ...]
    known: bool


def why(person: UUID, request: Request, list_id: str | None = None) -> Why:
    """Give the decision about one person with everything that made it so; no field is read and nothing is used."""
    ruled = ruling(request)
    with transaction.atomic(), keeping() as cursor:
        on = lists(cursor, ruled.plan.request, list_id)
        held = facts(cursor, request, [person], on)
        sources = _sources(cursor, person, request)
        refusals = _refusals(cursor, person, None, ruled, list_id)
    found = verdict(ruled, on, held)
    clauses = ruled.policy.clauses
    return Why(
        person=person,
        request=request,
        version=ruled.version,
        decision=found.decision,
        sentences={name: clause.text for name, clause in clauses.items() if name in found.decision.because},
        otherwise=() if found.decision.because else explain(ruled.policy, found.decision, request),
        parts=tuple(
            Part(one.category, one.at, *sources[one.item], ruled.decide(one.facts, on, left=one.left))
            for one in held
            if one.item is not None and one.at is not None
        ),
        refusals=() if found.decision.allowed else refusals,
        known=bool(held),
    )


def why_mailbox(reach: bytes, request: Request, list_id: str | None = None) -> Why:
    """Give the decision about a mailbox that is nobody's here, with the choices that refused it."""
    ruled = ruling(request)
    with transaction.atomic(), keeping() as cursor:
        lists(cursor, ruled.plan.request, list_id)
        cursor.execute("SELECT refused FROM reach WHERE id = %s", [reach])
        row = cursor.fetchone()
        refusals = _refusals(cursor, NOBODY, reach, ruled, list_id)
    decision = ruled.plan.decide(Facts(refused=from_bits(row[0]) if row else 0))
    clauses = ruled.policy.clauses
    sentences = {name: clause.text for name, clause in clauses.items() if name in decision.because}
    return Why(NOBODY, request, ruled.version, decision, sentences, (), (), refusals, known=row is not None)


def _sources(cursor: CursorWrapper, person: UUID, request: Request) -> dict[UUID, tuple[str, str]]:
    cursor.execute(_SOURCES, [person, sorted(request.categories)])
    return {item: (channel, version) for item, channel, version in cursor.fetchall()}


def _refusals(
    cursor: CursorWrapper, person: UUID, reach: bytes | None, ruled: Ruling, list_id: str | None
) -> tuple[Refusal, ...]:
    """Find the choices that said no to a scope that this use looks at, newest first."""
    scopes = [bit for bit in range(ruled.plan.forbid.bit_length()) if ruled.plan.forbid >> bit & 1]
    cursor.execute(_CHOICES, [scopes, list_id, None if reach else person, reach, person])
    return tuple(Refusal(*row) for row in cursor.fetchall())
