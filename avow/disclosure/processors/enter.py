"""Let an organization that works for us in: an account of the desk for one of its people, or a token for a program."""

from uuid import UUID

from django.db import transaction

from avow.page.staff.accounts import add
from avow.page.staff.models import Staff
from avow.record.agreed import seat
from avow.record.known.address import parse
from avow.terms import Role


def account(agreement: str, email: str, name: str) -> str:
    """Make an account that reads under an agreement and does nothing else, and give the link that opens it.

    Raises RecordError if the agreement has ended or is not there, and ConfigError if the address is staff already.
    """
    with transaction.atomic():
        link = add(email, name, [Role.PROCESSOR])
        one = Staff.objects.get(email=parse(email).display.lower())
        seat.sit(one.id, agreement, one.name)
    return link


def token(agreement: str, purpose: str, name: str) -> str:
    """Make a token that reads for one purpose of an agreement, and give it; it is told once."""
    return seat.token(agreement, purpose, " ".join(name.split()) or "a program")


def revoke(one: UUID) -> None:
    """End a token, or the seat of an account, at once."""
    seat.revoke(one)
