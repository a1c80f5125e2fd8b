"""Seat the staff of the company's day, and furnish the house that they work in: run within a place."""

import json
import sys
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.test import Client

from avow.record.forum.boards import add_board
from avow.record.forum.posts import add, begin, name
from avow.record.key import new_key
from avow.record.known.address import parse
from avow.record.products.register import add_product, add_series
from avow.record.taken.store import Given, keep
from avow.terms import ChannelKind, Role
from tests.units.page.staff.cast import seated, staff
from tests.units.record.cast import arrive, stamped

SEATS = {
    "Sam": Role.SUPPORT,
    "Olga": Role.ORDERS,
    "Hugo": Role.HIRING,
    "Maya": Role.MODERATION,
    "Erin": Role.PRIVACY_OFFICER,
}
"""Who works there."""
BOB = "bob@example.net"
"""Who advertised in the forum before the day began."""


def seats() -> None:
    """Make the accounts, a product with a series of messages, a board with an advertisement; print each session."""
    add_product("harbour-mail", "Harbour Mail")
    words = "Three messages help you to set it up, and then no more come."
    add_series("first-steps", "harbour-mail", words, datetime.now(UTC) + timedelta(days=90), 3)
    add_board("knots", "Knots", "Knots, bends and hitches: how they are tied, and what for.", community=True)
    _advertise()
    found = {}
    for who, role in SEATS.items():
        browser = seated(Client(headers={"host": "localhost"}), staff(role, email=f"{who.lower()}@example.com"))
        found[who] = browser.cookies[settings.SESSION_COOKIE_NAME].value
    sys.stdout.write(json.dumps(found) + "\n")


def _advertise() -> None:
    bob, handle, post = arrive(BOB, proven=True), new_key(), new_key()
    by = stamped(ChannelKind.FORUM, "/forum/knots/new/")
    keep(
        by,
        [Given("contact", {"email": BOB}), Given("handle", {"handle": "Bob"})],
        parse(BOB),
        person=bob,
        thread=handle,
    )
    name(bob, handle, "handle", parse(BOB).exact_id)
    words = {"subject": "Ropes for everybody", "post": "Cheap ropes at my shop, today only!"}
    keep(by, [Given("forum", words)], None, person=bob, thread=post)
    add(bob, post, "forum", begin("knots"))
