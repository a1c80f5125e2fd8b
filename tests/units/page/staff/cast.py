"""Give accounts to invented staff, and let them sign in."""

import time
from datetime import UTC, datetime

from django.test import Client

from avow.page.staff.adapters import SINCE
from avow.page.staff.models import Staff
from avow.terms import Role

PASSWORD = "a long walk along the harbour"  # noqa: S105 -- of an invented account


def staff(*roles: Role, email: str = "olga@example.com") -> Staff:
    """Make an account with these roles."""
    one = Staff(email=email, name=email.partition("@")[0].title(), added=datetime.now(UTC))
    one.give(roles)
    one.set_unusable_password()
    one.save()
    return one


def seated(client: Client, one: Staff, began: float | None = None, method: str = "mfa") -> Client:
    """Sit down at the desk as both factors would; `began` is when (seconds since 1970)."""
    client.force_login(one)
    session = client.session
    session[SINCE] = time.time() if began is None else began
    session["account_authentication_methods"] = [{"method": method}]
    session.save()
    return client


def at_desk(*roles: Role, email: str = "olga@example.com") -> tuple[Client, Staff]:
    """Give a browser at which somebody of staff with these roles sits."""
    one = staff(*roles, email=email)
    return seated(Client(headers={"host": "localhost"}), one), one
