"""Find whose page of choices it is, telling no more than who holds the link knows already."""

from datetime import timedelta

import psycopg
from django.db import transaction
from django.db.utils import DatabaseError, InterfaceError

from avow.decision.request import Request
from avow.errors import AvowError
from avow.gate.clear import clear
from avow.mail.links import links
from avow.mail.outgoing import post
from avow.optout.pointed import Pointed
from avow.page.site import policy
from avow.page.steady import steady
from avow.policy.document import Policy
from avow.record.known.address import Address, parse
from avow.record.known.identity import on_file
from avow.record.limits import allow
from avow.terms import FieldType, MessageKind

_DAY = timedelta(days=1)
_MOST_A_DAY = 3


def masked(found: Pointed) -> str:
    """Give the address that a link went to as its page may show it; "" where the gate releases none.

    Another mailbox of the same person is not shown: an old link may be in other hands.
    """
    place = _place(policy())
    if place is None:
        return ""
    purpose, category, field = place
    try:
        cleared = clear(Request(purpose, frozenset({category})), [found.person], None, {found.person: found.reach})
        addresses = [parse(one.use()[category][field]) for one in cleared.allowed if one.reach == found.reach]
        return "".join(address.masked for address in addresses)
    except (AvowError, KeyError, DatabaseError, InterfaceError, psycopg.Error):
        return ""


def _place(found: Policy) -> tuple[str, str, str] | None:
    """Give the purpose that proves addresses, and the category and field that hold one."""
    for purpose in found.purposes.values():
        if purpose.kind is MessageKind.IDENTITY:
            for category in sorted(purpose.categories):
                for field in found.categories[category].fields:
                    if field.type is FieldType.ADDRESS:
                        return purpose.id, category, field.id
    return None


def send_link(address: Address) -> None:
    """Post who holds an address the link to their choices, unless its mailbox had enough of them today.

    It goes to the address on file, however it was typed.
    """
    with steady(), transaction.atomic():
        known = on_file(address)
        if allow(f"link:{address.reach_id.hex()}", _MOST_A_DAY, _DAY) and known:
            link = links(known[0].person, address.reach_id, "", policy().front.mailbox).choices
            post(MessageKind.IDENTITY, known[0].person, known[0].exact, "link", {"link": link})
