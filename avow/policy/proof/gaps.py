"""Warn of what a policy leaves unsaid that laws or good manners ask for; a lawyer decides what applies."""

from collections.abc import Callable, Iterator, Mapping

from avow.policy.document import Policy
from avow.terms import RecipientClass

_RIGHTS = {
    "erasure": "to have data erased",
    "restriction": "to have a use restricted",
    "portability": "to take data along",
    "objection": "to object to a use",
    "withdrawal": "to take back a consent",
    "complaint": "to complain to an authority",
}
_SUBJECTS: Mapping[str, tuple[str, ...]] = {
    "the legal bases of its purposes": ("legal basis", "legal bases", "legitimate interest"),
    "browser signals (Do Not Track, Global Privacy Control)": ("do not track", "global privacy control", "signal"),
    "children": ("child", "children", "minor", "under 13", "under 16"),
    "where data goes abroad": ("abroad", "other country", "other countries", "transfer"),
    "security": ("secur", "encrypt", "safeguard"),
    "decisions made by machines alone": ("automated decision", "machine decides", "by machines alone"),
    "agents who act for a person": ("agent", "on your behalf", "somebody you ask"),
    "tracking of opened mail and clicked links": ("whether you open", "open our mail", "tracking pixel", "tracking"),
    "what happens when the business is sold": ("merger", "is sold", "acquire", "new owner"),
    "whether data is sold or shared": (" sell", "sold", "for money"),
}
"""Subjects, and words of which at least one stands in the prose of a policy that speaks of them."""


def gaps(policy: Policy) -> tuple[str, ...]:
    """Give one sentence for each gap, in a fixed order."""
    return tuple(f"the policy does not say {gap}" for gap in _gaps(policy))


def _gaps(policy: Policy) -> Iterator[str]:
    yield from (f"that there is a right {told}" for name, told in _RIGHTS.items() if name not in policy.rights)
    prose = " ".join(section.prose for section in policy.sections).lower()
    yield from (
        f"anything about {name}" for name, words in _SUBJECTS.items() if not any(word in prose for word in words)
    )
    yield from (told for told, missing in _FACTS.items() if missing(policy))


_FACTS: Mapping[str, Callable[[Policy], bool]] = {
    "how its changes are handled": lambda policy: policy.changes is None,
    "how long data is kept": lambda policy: all(one.retention is None for one in policy.categories.values()),
    "what a forum makes public": lambda policy: (
        any(one.kind == "forum" for one in policy.channels.values())
        and not any(word in section.prose.lower() for section in policy.sections for word in ("anybody can", "public"))
    ),
    "how an outside company comes to have consent": lambda policy: (
        any(RecipientClass.OUTSIDE in one.recipients for one in policy.purposes.values())
        and RecipientClass.OUTSIDE not in policy.recipients
    ),
}
"""What a declaration would say, and whether it is missing."""
