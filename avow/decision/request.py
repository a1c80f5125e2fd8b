"""Ask for one use: a purpose, towards a recipient class, over categories, perhaps under a topic."""

from dataclasses import dataclass

from avow.terms import RecipientClass


@dataclass(frozen=True, slots=True)
class Request:
    """One use of data; the purpose is bound to a registered thing, never declared freely by a caller.

    Whoever works for the company asks under an agreement (its id), which must be in force and cover the rest.
    """

    purpose: str
    categories: frozenset[str]
    recipient: RecipientClass = RecipientClass.COMPANY
    topic: str | None = None
    agreement: str | None = None
