"""Invite people for the desk: one of whom every department holds something, one who only applied for a job."""

from datetime import UTC, datetime
from uuid import UUID

from avow.record.known.address import parse
from avow.record.known.identity import verify
from avow.record.shown.notice import show
from avow.record.shown.stamp import stamp
from avow.record.shown.versions import history, in_force
from avow.record.taken.store import Given, keep
from avow.terms import ChannelKind

ALICE, HARRY = "alice.everywhere@example.org", "harry.hopeful@example.org"
MARKS = {
    "support": "CANARY-SUPPORT",
    "order": "CANARY-ORDER",
    "application": "CANARY-APPLICATION",
    "inquiry": "CANARY-INQUIRY",
}
"""What must be seen for one purpose, and for no other."""
_GAVE = {
    ChannelKind.SUPPORT: Given("support", {"product": "Pier", "problem": f"It leaks: {MARKS['support']}"}),
    ChannelKind.ORDER: Given("order", {"product": "Pier", "number": "2", "billing": f"1 {MARKS['order']} Road"}),
    ChannelKind.APPLICATION: Given("application", {"position": "Pilot", "letter": f"I am {MARKS['application']}"}),
    ChannelKind.INQUIRY: Given("inquiry", {"subject": "Hours", "message": f"When? {MARKS['inquiry']}"}),
}


def invite() -> None:
    """Let Alice register, ask, order, complain and apply, and Harry only apply."""
    alice = gave(ALICE, ChannelKind.REGISTRATION, "Alice Everywhere")
    verify(alice, parse(ALICE).exact_id, "test")
    for channel in _GAVE:
        gave(ALICE, channel, "Alice Everywhere", alice)
    gave(HARRY, ChannelKind.APPLICATION, "Harry Hopeful")


def gave(address: str, by: ChannelKind, name: str, person: UUID | None = None) -> UUID:
    """Hand in an address, a name and what the channel asks for."""
    given = [Given("contact", {"email": address}), Given("profile", {"name": name})]
    given += [_GAVE[by]] if by in _GAVE else []
    marked = stamp(history(), show(in_force(), by, "en"), f"/{by.value}/", datetime.now(UTC))
    return keep(marked, given, parse(address), (), person)
