"""Name the desks at which matters are answered: by which channel they come, who answers them, how far they are."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Final
from uuid import UUID

from avow.gate.seen.reader import Reader
from avow.mail.taken.over import KINDS
from avow.page.failure import Failure
from avow.page.site import policy
from avow.page.staff.desk import readers
from avow.page.staff.models import Staff
from avow.policy.document import Purpose
from avow.record.matters.matter import Matter, matter_at
from avow.terms import ChannelKind, Default, MessageKind, Role


@dataclass(frozen=True, slots=True)
class Place:
    """A desk: its name in addresses, its title, what comes there, whose it is, the steps of what is done there."""

    name: str
    title: str
    channel: ChannelKind
    role: Role
    steps: tuple[str, ...] = ()


PLACES: Final = (
    Place("support", "Support", ChannelKind.SUPPORT, Role.SUPPORT),
    Place("questions", "Questions", ChannelKind.INQUIRY, Role.SUPPORT),
    Place(
        "orders",
        "Orders",
        ChannelKind.ORDER,
        Role.ORDERS,
        ("confirmed", "on its way", "delivered", "billed", "cancelled", "refunded"),
    ),
    Place(
        "applications", "Applications", ChannelKind.APPLICATION, Role.HIRING, ("read", "invited", "taken", "declined")
    ),
)
ROLES: Final = tuple({one.role: None for one in PLACES})


def seated(who: Staff, place: Place) -> tuple[Reader, Purpose]:
    """Give in which role, and for which purpose, somebody reads at a desk; raise a Failure where they do not."""
    if place.role not in who.roles:
        raise Failure(HTTPStatus.FORBIDDEN, f"This desk is for the role {place.role.words.lower()}.")
    for name, by in readers(who).items():
        purpose = policy().purposes[name]
        if purpose.kind is KINDS[place.channel] and purpose.default is None and by.role is place.role:
            return by, purpose
    raise Failure(HTTPStatus.NOT_FOUND, "The policy states nothing that this desk reads for.")


def pools(who: Staff) -> list[tuple[Reader, Purpose]]:
    """Give the purposes of hiring that wait for a yes, with who reads for them."""
    stated = [(by, policy().purposes[name]) for name, by in readers(who).items()]
    return [(by, one) for by, one in stated if one.kind is MessageKind.EMPLOYMENT and one.default is Default.ON_YES]


def found_at(place: Place, key: UUID) -> Matter:
    """Give a matter of a desk; raise a Failure (404) if there is none, or it is another's."""
    found = matter_at(key)
    if found is None or found.channel is not place.channel:
        raise Failure(HTTPStatus.NOT_FOUND, "There is nothing here.", "It may have been forgotten.")
    return found
