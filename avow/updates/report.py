"""Tell the difference of two versions: as JSON for programs, and use by use in plain words."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from avow.decision.diff import Diff, Moved, Use
from avow.policy.compare import Compared
from avow.policy.document import Clause, Policy
from avow.terms import RecipientClass


@dataclass(frozen=True, slots=True)
class Told:
    """A use in words: what for, seen by whom, and of which data, with the way that each came."""

    purpose: str
    states: str
    recipient: str
    data: tuple[str, ...]


def report(uses: Diff, words: Compared) -> dict[str, Any]:
    """Give the difference as JSON has it."""
    return {
        "gained": [named(use) for use in uses.gained],
        "lost": [named(use) for use in uses.lost],
        "unchanged": uses.unchanged,
        "clauses": {
            "added": [_clause(clause) for clause in words.added],
            "removed": [_clause(clause) for clause in words.removed],
            "reworded": [
                {"id": one.id, "before": one.before, "after": one.after, "same_meaning": one.asserted}
                for one in words.reworded
            ],
        },
        "other": [
            *(
                {"what": one.what, "id": one.id, "key": one.key, "before": one.before, "after": one.after}
                for one in words.other
            ),
            *(_moved(one) for one in uses.moved),
        ],
    }


def named(use: Use) -> dict[str, str]:
    """Give a use as JSON has it."""
    return {
        "channel": use.channel.value,
        "category": use.category,
        "purpose": use.purpose,
        "recipient": use.recipient.value,
    }


def told(policy: Policy, uses: Iterable[Use]) -> tuple[Told, ...]:
    """Say uses in a version's own words, those of one purpose towards one recipient class together."""
    together: dict[tuple[str, RecipientClass], dict[str, list[str]]] = {}
    for use in uses:
        ways = together.setdefault((use.purpose, use.recipient), {}).setdefault(use.category, [])
        ways.append(policy.channels[use.channel].title)
    return tuple(_told(policy, *key, data) for key, data in together.items())


def _told(policy: Policy, name: str, recipient: RecipientClass, data: dict[str, list[str]]) -> Told:
    purpose = policy.purposes[name]
    who = policy.recipients.get(recipient, policy.front.company if recipient is RecipientClass.COMPANY else recipient)
    return Told(purpose.title, purpose.states, who, tuple(_data(policy, data)))


def _data(policy: Policy, data: dict[str, list[str]]) -> Iterator[str]:
    for category, ways in data.items():
        yield f"{policy.categories[category].title} ({'; '.join(ways)})"


def _clause(clause: Clause) -> dict[str, str]:
    return {"id": clause.id, "text": clause.text}


def _moved(one: Moved) -> dict[str, object]:
    """Tell of a use whose conditions differ: at how many points it was permitted alone, and is permitted alone."""
    key = f"{one.category} towards {one.recipient.value}{f', about {one.topic}' if one.topic else ''}"
    return {"what": "conditions", "id": one.purpose, "key": key, "before": one.lost, "after": one.gained}
