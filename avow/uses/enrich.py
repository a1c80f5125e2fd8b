"""Merge facts from others into what we hold of people, to market to them: only whom we told, and nobody who said no."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final
from uuid import UUID

from avow.decision.request import Request
from avow.errors import CollectionError, GateError
from avow.gate.clear import clear
from avow.mail.form.form import address_of
from avow.mail.mailing import lists
from avow.policy.document import Category, Channel, Policy, Purpose
from avow.policy.proof.keeps import keeps
from avow.record.enriched.enrich import enrich as keep
from avow.record.enriched.fact import facts
from avow.record.enriched.lot import Lot, begin, end
from avow.record.enriched.waiting import Waiting, Why, stage, waiting
from avow.record.key import new_key
from avow.record.shown.stamp import Shown, stamp
from avow.record.shown.versions import history, in_force
from avow.record.taken.sheets.report import Outcome, Report
from avow.record.taken.whole import whole
from avow.terms import ChannelKind, Promise

_LONGEST: Final = 200
_UNSTATED: Final = "law.unstated"
_WHY: Final[Mapping[Why, tuple[Outcome, str]]] = {
    Why.UNKNOWN: (Outcome.STRANGER, "nobody here proved that this address is theirs"),
    Why.SHARED: (Outcome.STRANGER, "several people share this address: nobody knows whom it is about"),
    Why.TWICE: (Outcome.STANDS, "a line before it speaks of the same person"),
    Why.CORRECTED: (Outcome.STANDS, "the person had such a fact put right, and that stands"),
    Why.OLDER: (Outcome.STANDS, "what this source said later is here already"),
}


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be merged: a file, who gave it to us, under which licence, on which day, what its columns fill."""

    path: Path
    source: str
    licence: str
    obtained: date
    mapping: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Enriched:
    """What became of it: facts kept, of these how many replace an older one, and how many were denied, by clauses."""

    lot: UUID
    taken: int
    replaced: int
    denied: Mapping[str, int]


@keeps(Promise.ENRICHMENT)
def enrich(order: Order, report: Report, tick: Callable[[int], object] = lambda _: None) -> Enriched:
    """Merge a file of facts, all or nothing; the report is told of each line that is not taken, and why.

    The gate decides for each person, under a lock, whether they were told of facts from others and refuse neither these
    nor marketing; of whoever it denies nothing is stored. `tick` is told how many facts were looked at. Raises
    CollectionError for what cannot be read, GateError where the policy in force has no such channel or purpose.
    """
    policy, now = in_force(), datetime.now(UTC)
    channel, category = _declared(policy)
    lot = Lot(new_key(), *_named(order, now), now, category.retention)
    shown = Shown(policy.front.version, ChannelKind.ENRICHMENT, None, policy.front.language)
    stamped = stamp(history(), shown, lot.source, now)
    taken = replaced = 0
    denied: Counter[str] = Counter()
    with whole():
        begin(lot)
        stage(facts(order.path, category, lot.source, order.mapping, report), category.id, lot)
        report.settle()
        for page in waiting():
            because = _because(policy, channel, [one.person for one in page if one.why is None])
            told = [(one.person, one.fields) for one in page if _fits(one, because, report)]
            replaced += keep(stamped, category, lot, told)
            taken += len(told)
            denied.update(because[one.person] for one in page if one.why is None and one.person in because)
            tick(len(page))
        end(lot, taken, denied.total())
    return Enriched(lot.id, taken, replaced, dict(denied))


def _fits(one: Waiting, because: Mapping[UUID, str], report: Report) -> bool:
    """Say whether a fact is to be kept; tell the report why, where it is not."""
    if one.why is not None:
        outcome, words = _WHY[one.why]
        report.tell(outcome, one.place, words)
    elif one.person in because:
        report.tell(Outcome.DENIED, one.place, because[one.person])
    else:
        return True
    return False


def _because(policy: Policy, channel: Channel, people: Sequence[UUID]) -> Mapping[UUID, str]:
    """Give for whom nothing may be stored the clauses that say so: facts from others, or all that they would serve."""
    stated = [policy.purposes[name] for name in channel.states]
    found: dict[UUID, str] = {}
    for purpose in (one for one in stated if one.scope == "enrichment"):
        found |= _denied(policy, purpose, None, people)
    marketing = [one for one in stated if one.kind is not None and one.kind.marketing]
    uses = [(one, listed) for one in marketing for listed in _lists(one)]
    each = [_denied(policy, purpose, listed, people) for purpose, listed in uses]
    nowhere = [person for person in people if all(person in one for one in each)]
    return {person: " ".join(one[person] for one in each) or _UNSTATED for person in nowhere} | found


def _lists(purpose: Purpose) -> Sequence[str | None]:
    return [one.id for one in lists() if one.purpose == purpose.id] or [None]


def _denied(policy: Policy, purpose: Purpose, listed: str | None, people: Sequence[UUID]) -> dict[UUID, str]:
    """Ask the gate for one purpose, by people's address; give the clauses of each denial."""
    request = Request(purpose.id, frozenset({address_of(policy, purpose)[0]}))
    cleared = clear(request, people, listed)
    return {person: " ".join(sorted(one.because)) or _UNSTATED for person, one in cleared.denied.items()}


def _declared(policy: Policy) -> tuple[Channel, Category]:
    """Give the channel of facts from others, and the category that it collects; raise GateError if there is none."""
    channel = policy.channels.get(ChannelKind.ENRICHMENT)
    kept = [policy.categories[name] for name in channel.collects] if channel else []
    if (
        channel is None
        or len(kept) != 1
        or not any(policy.purposes[name].scope == "enrichment" for name in channel.states)
    ):
        raise GateError(
            "the policy in force takes no facts from others",
            'declare [channel.enrichment], with one category of its own and a purpose of scope = "enrichment"',
        )
    return channel, kept[0]


def _named(order: Order, now: datetime) -> tuple[str, str, date]:
    """Give source, licence and day as they are shown to people; raise CollectionError for what nobody could read."""
    words = [" ".join(text.split()) for text in (order.source, order.licence)]
    for name, text in zip(("source", "licence"), words, strict=True):
        if not text or len(text) > _LONGEST or not text.isprintable():
            raise CollectionError(f"the {name} cannot be told to people: {text[:40]!r}", f"name the {name} in words")
    if order.obtained > now.date():
        raise CollectionError(f"it was obtained on {order.obtained}, which is yet to come", "look at the date")
    return words[0], words[1], order.obtained
