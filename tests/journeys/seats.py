"""Seat the staff of the company's day: run within a place, it prints the session of each."""

import json
import sys

from django.conf import settings
from django.test import Client

from avow.record.forum.boards import add_board
from avow.record.products.register import add_product
from avow.terms import Role
from tests.units.page.staff.cast import seated, staff

SEATS = {
    "Sam": Role.SUPPORT,
    "Olga": Role.ORDERS,
    "Hugo": Role.HIRING,
    "Maya": Role.MODERATION,
    "Erin": Role.PRIVACY_OFFICER,
}
"""Who works there."""


def seats() -> None:
    """Make the accounts and the house that they work in, and print each one's session."""
    add_product("harbour-mail", "Harbour Mail")
    add_board("knots", "Knots", "Knots, bends and hitches: how they are tied, and what for.", community=True)
    found = {}
    for name, role in SEATS.items():
        browser = seated(Client(headers={"host": "localhost"}), staff(role, email=f"{name.lower()}@example.com"))
        found[name] = browser.cookies[settings.SESSION_COOKIE_NAME].value
    sys.stdout.write(json.dumps(found) + "\n")
