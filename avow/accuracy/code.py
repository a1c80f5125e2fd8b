"""Mail a one-time code to an address on file, and take it back."""

from datetime import timedelta
from http import HTTPStatus
from uuid import UUID

from django.db import transaction

from avow.errors import TokenError
from avow.mail.outgoing import post
from avow.page.failure import Failure
from avow.page.field import Field
from avow.page.steady import steady
from avow.record.key import new_key
from avow.record.known.address import Address
from avow.record.known.identity import new_code, on_file, prove, use_code
from avow.record.limits import allow
from avow.terms import FieldType, MessageKind

CODE = Field(
    "code", "The code", FieldType.TEXT, required=True, hint="Eight digits, good for 15 minutes.", fills="one-time-code"
)
"""The field that takes a code."""
MINUTES = 15
"""How long a code is good."""
_HOUR = timedelta(hours=1)
MOST_AN_HOUR = 5
"""Codes that one mailbox gets."""


def send_code(address: Address, act: str) -> UUID:
    """Mail a code to who holds an address, unless its mailbox had enough of them; give the code's id, known or not.

    It goes to the address on file, however it was typed.
    """
    with steady(), transaction.atomic():
        known = on_file(address)
        if not allow(f"code:{address.reach_id.hex()}", MOST_AN_HOUR, _HOUR) or not known:
            return new_key()
        person, exact = known[0].person, known[0].exact
        code, digits = new_code(person, exact, act, timedelta(minutes=MINUTES))
        given = {"code": digits, "minutes": str(MINUTES)}
        post(MessageKind.IDENTITY, person, exact, "code", given)
    return code


def mail_code(person: UUID, exact: bytes, reach: bytes, act: str) -> UUID:
    """Mail a code for an act, in the words `code-ACT`, to a person at the address that they proved; give its id.

    Raises a Failure (429) if the mailbox had enough of them.
    """
    if not allow(f"code:{reach.hex()}", MOST_AN_HOUR, _HOUR):
        raise Failure(HTTPStatus.TOO_MANY_REQUESTS)
    with transaction.atomic():
        code, digits = new_code(person, exact, act, timedelta(minutes=MINUTES))
        post(MessageKind.IDENTITY, person, exact, f"code-{act}", {"code": digits, "minutes": str(MINUTES)})
    return code


def redeem(code: UUID, digits: str, act: str) -> tuple[UUID, bytes] | None:
    """Take a code back: give whose it is and at which address, which it proves; None if it is not right.

    It proves the address alone: what somebody ticked with it counts when its holder was shown that.
    """
    try:
        person, exact = use_code(code, digits, act)
    except TokenError:
        return None
    prove(person, exact, f"code for {act}")
    return person, exact
