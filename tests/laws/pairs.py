"""Generate pairs of versions: the second changes some of what the first says."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from hypothesis import strategies as st

from avow.policy.document import Policy
from avow.policy.history import History, number
from avow.policy.reader import read_text
from avow.policy.shown.write import write
from tests.laws.policies import drafts, plain

_drafts, _either = drafts(plain), st.booleans()


@st.composite
def pairs(draw: st.DrawFn) -> tuple[History, Policy, Policy]:
    """Give two versions as the reader reads them, with the numbers of their meanings.

    The second takes each part from the first or from another policy: what is kept is said as often as what is new.
    """
    first, other = draw(_drafts), draw(_drafts)
    taken: dict[str, Any] = {
        "categories": (first if draw(_either) else other).categories,
        "channels": {**first.channels, **(other.channels if draw(_either) else {})},
        "purposes": {**first.purposes, **(other.purposes if draw(_either) else {})},
        "clauses": (first if draw(_either) else other).clauses,
        "topics": {**first.topics, **other.topics},
        "exemptions": {**first.exemptions, **other.exemptions},
    }
    front = replace(
        (first if draw(_either) else other).front,
        version="later",
        effective=first.front.effective + timedelta(days=1),
        follows=first.front.version,
    )
    second = _whole(replace(first, front=front, **taken))
    old, new = (read_text(write(draft)) for draft in (replace(first, front=replace(first.front, follows=None)), second))
    return number([old, new]), old, new


def _whole(draft: Policy) -> Policy:
    """Let rules and channels speak of the purposes that there are."""
    names = frozenset(draft.purposes)
    clauses = {
        name: replace(
            clause, rules=tuple(rule for rule in clause.rules if rule.purposes is None or rule.purposes <= names)
        )
        for name, clause in draft.clauses.items()
    }
    channels = {
        kind: replace(channel, states=tuple(name for name in channel.states if name in names) or tuple(names)[:1])
        for kind, channel in draft.channels.items()
    }
    return replace(draft, clauses=clauses, channels=channels)
