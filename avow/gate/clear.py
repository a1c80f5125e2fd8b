"""Clear a use of many people's data: the only way out."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from django.db import transaction

from avow.decision.decision import Decision, Outcome
from avow.decision.request import Request
from avow.gate.clearance import _SEAL, Clearance
from avow.gate.facts import Held, Lists, facts, lists
from avow.gate.ruling import Ruling, Verdict, ruling, seeing, verdict
from avow.ledger.append import append
from avow.ledger.commitment import canonical, commit_bytes, listed, new_salts
from avow.policy.proof.keeps import keeps
from avow.record.declare import keeping
from avow.store.server.columns import columnar, texts, uuids
from avow.terms import EntryKind, Promise

_FIELDS: Final = """
SELECT i.id, i.fields, s.channel, coalesce(s.version, '') FROM item i JOIN stamp s ON s.id = i.stamp_id
WHERE i.person_id = ANY(%s::uuid[]) AND i.category = ANY(%s::text[])
"""
_UNSEEN: Final = Decision(Outcome.DENY, frozenset())


@dataclass(frozen=True, slots=True)
class Released:
    """The fields of one item as the database let them through, and where they come from."""

    fields: Mapping[str, str]
    channel: str
    version: str


@dataclass(frozen=True, slots=True)
class Cleared:
    """The answer for everybody who was asked about: clearances, denials with their clauses, the entry that covers both.

    `unseen` are people whom the decision allowed and the database did not show; they are denied.
    """

    allowed: tuple[Clearance, ...]
    denied: Mapping[UUID, Decision]
    entry: int | None
    unseen: frozenset[UUID] = frozenset()


@keeps(Promise.PURPOSES_ONLY, Promise.CONFIDENTIAL, Promise.OPTOUT)
def clear(
    request: Request, people: Sequence[UUID], list_id: str | None = None, mailboxes: Mapping[UUID, bytes] | None = None
) -> Cleared:
    """Release what the policy permits about these people for one use, and remember the decisions.

    `mailboxes` names the one (its reach) that a person is to be written to, where it must be that one.
    The number of queries does not depend on the number of people. Inside a running transaction it
    decides from what is committed when it is called: lock first, then clear. Who is not known is denied.
    Raises GateError if the list serves another use.
    """
    asked = list(dict.fromkeys(people))
    if not asked:
        return Cleared((), {}, None)
    ruled = ruling(request)
    with transaction.atomic():
        with keeping() as cursor:
            on = lists(cursor, ruled.plan.request, list_id)
            held = [one for one in facts(cursor, request, asked, on) if _there(one, mailboxes or {})]
        verdicts = _verdicts(ruled, on, asked, held)
        shown = _shown(ruled, [person for person, found in verdicts.items() if found.decision.allowed])
        unseen = frozenset(person for person, found in verdicts.items() if not _all_shown(found, shown))
        verdicts |= {person: replace(verdicts[person], decision=_UNSEEN) for person in unseen}
        now, salts = datetime.now(UTC), new_salts(len(asked))
        records = decision_records(ruled, on, verdicts, now)
        entry = append(EntryKind.DECIDED, now, [commit_bytes(*pair) for pair in zip(salts, records, strict=True)])
    places = {person: (entry, pos, salts[pos]) for pos, person in enumerate(asked)}
    allowed = [(person, found) for person, found in verdicts.items() if found.decision.allowed]
    denied = {person: found.decision for person, found in verdicts.items() if not found.decision.allowed}
    return Cleared(
        tuple(_clearance(ruled, person, found, shown, places[person]) for person, found in allowed),
        denied,
        entry,
        unseen,
    )


@keeps(Promise.PURPOSES_ONLY, Promise.CONFIDENTIAL)
def clear_each(request: Request, person: UUID) -> Mapping[UUID, Mapping[str, str]]:
    """Release every item of one person that the policy permits for one use, not the newest alone: item to fields.

    The decision is remembered like any other; what is denied gives nothing.
    """
    with transaction.atomic():
        if not clear(request, [person]).allowed:
            return {}
        return {item: found.fields for item, found in _shown(ruling(request), [person]).items()}


def decision_record(person: UUID, ruled: Ruling, on: Lists, found: Verdict, at: datetime) -> list[object]:
    """Give what the ledger commits to of a decision: who, for what, by which version, what, why, the number it saw."""
    request = ruled.plan.request
    return [
        "decided",
        person,
        request.purpose,
        request.recipient.value,
        request.topic,
        sorted(request.categories),
        on.one,
        ruled.version,
        found.decision.outcome.value,
        sorted(found.decision.because),
        found.choice_no,
        at,
    ]


def decision_records(ruled: Ruling, on: Lists, verdicts: Mapping[UUID, Verdict], at: datetime) -> Iterator[bytes]:
    """Give the canonical bytes of each one's `decision_record`; what people decided alike share is written once."""
    shared: dict[int, tuple[bytes, bytes, bytes]] = {}
    for person, found in verdicts.items():
        parts = shared.get(id(found.decision))
        if parts is None:
            first, _, *middle, _, last = decision_record(person, ruled, on, found, at)
            written = canonical(first), b"".join(map(canonical, middle)), canonical(last)
            parts = shared[id(found.decision)] = written
        yield listed((parts[0], canonical(person), parts[1], canonical(found.choice_no), parts[2]))


def _there(held: Held, mailboxes: Mapping[UUID, bytes]) -> bool:
    """Say whether an item is of no mailbox, or of the one that was named for its person."""
    return held.reach is None or mailboxes.get(held.person, held.reach) == held.reach


def _verdicts(ruled: Ruling, on: Lists, asked: Sequence[UUID], held: Sequence[Held]) -> dict[UUID, Verdict]:
    of: dict[UUID, list[Held]] = {person: [] for person in asked}
    for one in held:
        of[one.person].append(one)
    return {person: verdict(ruled, on, found) for person, found in of.items()}


def _shown(ruled: Ruling, people: list[UUID]) -> dict[UUID, Released]:
    """Read the fields of what the database shows of these people under the declared use, by item."""
    with seeing(ruled) as cursor, columnar(cursor) as asking:
        rows = asking.ask(_FIELDS, [uuids(people), texts(sorted(ruled.plan.request.categories))])
    return {item: Released(released(fields), channel, version) for item, fields, channel, version in rows}


def released(fields: str | Mapping[str, str]) -> Mapping[str, str]:
    """Give the fields of an item as the database let them through, read from JSON where the driver did not."""
    found: Mapping[str, str] = json.loads(fields) if isinstance(fields, str) else fields
    return found


def _all_shown(found: Verdict, shown: Mapping[UUID, Released]) -> bool:
    """Say whether the database shows every item that the decision released."""
    return all(held.item in shown for held in found.released.values())


def _clearance(
    ruled: Ruling, person: UUID, found: Verdict, shown: Mapping[UUID, Released], place: tuple[int, int, bytes]
) -> Clearance:
    entry, pos, salt = place
    order = sorted(found.released.values(), key=lambda held: held.category not in ruled.heads)
    items = [(held, shown[held.item]) for held in order if held.item is not None and held.at is not None]
    return Clearance(
        person=person,
        request=ruled.plan.request,
        version=ruled.version,
        fields={held.category: item.fields for held, item in items},
        sources={held.category: (held.at.isoformat(), item.channel, item.version) for held, item in items if held.at},
        reach=next((held.reach for held, _ in items if held.reach is not None), None),
        choice_no=found.choice_no,
        entry=entry,
        because=found.decision.because,
        pos=pos,
        salt=salt,
        seal=_SEAL,
    )
