"""Make accounts of staff, change and end them; each is opened by a link that works once."""

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from allauth.mfa.models import Authenticator
from django.db import transaction

from avow.errors import ConfigError
from avow.page.site import address
from avow.page.staff.models import Staff
from avow.record.known.address import parse
from avow.store.keys import key
from avow.terms import Role

GOOD_FOR: Final = timedelta(hours=24)
"""How long a link is good."""


def add(email: str, name: str, roles: Sequence[Role]) -> str:
    """Make an account and give the link that opens it; raise ConfigError if there is one already."""
    found = parse(email).display.lower()
    if Staff.objects.filter(email=found).exists():
        raise ConfigError(f"{found} is staff already", "`avow staff reset` makes another link")
    one = Staff(email=found, name=name.strip() or found, added=datetime.now(UTC))
    one.give(roles)
    one.set_unusable_password()
    return _link(one)


def reset(email: str) -> str:
    """End an account's password, second factor and sessions, and give a new link that opens it."""
    with transaction.atomic():
        one = _locked(email)
        Authenticator.objects.filter(user=one).delete()
        one.set_unusable_password()
        one.is_active = True
        return _link(one)


def give(email: str, roles: Sequence[Role]) -> Staff:
    """Give an account these roles and no other; it holds from its next request on.

    Raises ConfigError for who works for a processor: that is by an agreement, and goes with no other role.
    """
    with transaction.atomic():
        one = _locked(email)
        if Role.PROCESSOR in {*roles, *one.roles}:
            raise ConfigError(f"{one.email} would work for a processor and for us", "`avow processor account` lets in")
        one.give(roles)
        one.save()
        return one


def remove(email: str) -> None:
    """End an account: its next request is refused. Its name stays beside what it read."""
    with transaction.atomic():
        one = _locked(email)
        Authenticator.objects.filter(user=one).delete()
        one.set_unusable_password()
        one.is_active, one.link, one.link_until = False, None, None
        one.give([role for role in one.roles if role is Role.PROCESSOR])  # opened anew, it is that still, and not ours
        one.save()


def everybody() -> list[Staff]:
    """Give every account that there is or was, by its address."""
    return list(Staff.objects.order_by("email"))


def linked(token: str) -> Staff | None:
    """Find whose account a link opens; None if it was used, is too old or was never ours."""
    return Staff.objects.filter(link=_hash(token), link_until__gt=datetime.now(UTC), is_active=True).first()


def _locked(email: str) -> Staff:
    one = Staff.objects.select_for_update().filter(email=email.strip().lower()).first()
    if one is None:
        raise ConfigError(f"nobody of staff has the address {email}", "`avow staff list` names everybody")
    return one


def _link(one: Staff) -> str:
    """Save an account with a new link, and give the link; what is stored of it is a keyed hash."""
    token = secrets.token_urlsafe(32)
    one.link, one.link_until = _hash(token), datetime.now(UTC) + GOOD_FOR
    one.save()
    return f"{address()}/desk/welcome/{token}/"


def _hash(token: str) -> bytes:
    return hmac.digest(key("token"), b"staff\0" + token.encode(), hashlib.sha256)
