"""Give whoever holds a link the receipt of what was chosen with it, and of nothing else."""

from avow.optout.pointed import Pointed
from avow.page.kept.linked import receipt_address

LINK, ONE_CLICK = "page of choices, link", "one-click link"
"""How a choice is made by a link: who holds the link may have its receipt, and no other's."""


def receipt_link(found: Pointed, number: int | None) -> str:
    """Give the address of the receipt of a choice that was made by a link, or "" if there is none to give."""
    return receipt_address("/choices/receipt/", found.person, found.reach, number, LINK, ONE_CLICK)
