"""Name what goes on for uses that a change takes from people: mailings, agreements, data given outside."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from avow.decision.diff import Use
from avow.mail.asked.touched import touched
from avow.record.agreed.agreement import every
from avow.record.outside.organization import joined, organizations
from avow.terms import RecipientClass

LOST: Final = "lost"
WAITS: Final = "waits for a yes"
"""Why something is hit: the use is permitted no more, or stays off until each person's own yes."""


@dataclass(frozen=True, slots=True)
class _Taken:
    """A use that is taken from people towards a recipient class: its purpose, of which data, and why."""

    purpose: str
    categories: frozenset[str]
    because: str


def hit(lost: Sequence[Use], waits: Sequence[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    """Give what is planned or on its way for uses that are lost or wait, with the reason: mailings first, the oldest.

    Then come the agreements that stand or are to begin, and the organizations that data may be given to. From the
    version's instant on each asks the gate as ever: what is lost goes to nobody, what waits to who said yes.
    """
    yield from _mailings(_towards(RecipientClass.COMPANY, lost, waits))
    yield from _agreements(_towards(RecipientClass.PROCESSOR, lost, waits))
    yield from _outside(_towards(RecipientClass.OUTSIDE, lost, waits))


def _towards(recipient: RecipientClass, lost: Sequence[Use], waits: Sequence[Mapping[str, Any]]) -> dict[str, _Taken]:
    """Give what is taken from people towards a recipient class, by purpose; what is lost tells more than what waits."""
    asked = (one["use"] for one in waits if one["use"]["recipient"] == recipient.value)
    found = {use["purpose"]: _Taken(use["purpose"], frozenset(use["categories"]), WAITS) for use in asked}
    for purpose in {use.purpose for use in lost if use.recipient is recipient}:
        mine = frozenset(use.category for use in lost if (use.purpose, use.recipient) == (purpose, recipient))
        found[purpose] = _Taken(purpose, mine, LOST)
    return found


def _mailings(taken: Mapping[str, _Taken]) -> Iterator[dict[str, Any]]:
    for one in touched(taken) if taken else ():
        named = {"what": "mailing", "id": str(one.id), "list": one.list, "purpose": one.purpose}
        yield {**named, "state": one.state, "left": one.left, "because": taken[one.purpose].because}


def _agreements(taken: Mapping[str, _Taken]) -> Iterator[dict[str, Any]]:
    """Give each agreement that is not over, for each purpose that is hit in data that it names."""
    for one in (one for one in every() if taken and not one.over):
        for purpose in sorted(taken.keys() & set(one.terms.purposes)):
            categories = sorted(taken[purpose].categories & set(one.terms.categories))
            if categories:
                named = {"what": "agreement", "id": one.terms.id, "organization": one.terms.organization}
                why = taken[purpose].because
                yield {**named, "purpose": purpose, "categories": categories, "because": why}


def _outside(taken: Mapping[str, _Taken]) -> Iterator[dict[str, Any]]:
    """Give each organization that data may be given to for a purpose that is hit, and how many said yes to it."""
    for one in (one for one in organizations() if one.purpose in taken and one.ended is None):
        named = {"what": "outside", "id": one.id, "organization": one.title, "purpose": one.purpose}
        mine = taken[one.purpose]
        yield {**named, "categories": sorted(mine.categories), "left": joined(one), "because": mine.because}
