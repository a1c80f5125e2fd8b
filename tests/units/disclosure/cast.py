"""Invent an organization that works for us, its agreement, and a program of its own that reads."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import psycopg
from django.conf import settings
from django.test import Client

from avow.decision.request import Request
from avow.disclosure.processors.agree import agree
from avow.disclosure.processors.enter import token
from avow.gate.ruling import ruling
from avow.gate.seen.reader import Reader
from avow.page.site import policy
from avow.record.agreed.agreement import Terms
from avow.record.agreed.seat import sit
from avow.record.key import new_key
from avow.record.mask import to_bits
from avow.store.server.embedded import Embedded
from avow.terms import RecipientClass, Role

PRINT = Terms(
    "print-2026",
    "Tidewater Print, Inc.",
    ("orders",),
    ("contact", "order"),
    "contract of 3 May, clause 7",
    ("Pier Couriers",),
    datetime(2026, 1, 1, tzinfo=UTC),
    None,
)
"""What a printer needs to fill orders: whom to send what, and nothing else."""


def agreed(terms: Terms = PRINT, **changed: Any) -> Terms:
    """Put an agreement on file."""
    made = replace(terms, **changed)
    agree(made)
    return made


def reader(terms: Terms) -> Reader:
    """Give somebody who reads under an agreement."""
    account = new_key()
    sit(account, terms.id, "Petra Printer")
    return Reader(account, Role.PROCESSOR, terms.id)


def given(terms: Terms, purpose: str = "orders") -> Mapping[str, str]:
    """Give the header that a program sends with its token."""
    return {"Authorization": f"Bearer {token(terms.id, purpose, 'the press')}"}


def told(header: Mapping[str, str], done: UUID | None = None) -> dict[str, Any]:
    """Ask as a program does what it was told to do, or say that one thing is done."""
    client = Client(headers={"host": "localhost", **header})
    answer = client.post("/processor/told/", {"id": str(done)}) if done else client.get("/processor/told/")
    found: dict[str, Any] = answer.json()
    return found


def ask(header: Mapping[str, str], after: UUID | str | None = None, **words: str) -> tuple[int, dict[str, Any]]:
    """Ask for a page as a program does; give status and answer."""
    query = words | ({"after": str(after)} if after else {})
    answer = Client(headers={"host": "localhost"}).get("/processor/", query, headers=dict(header))
    return answer.status_code, answer.json()


@contextmanager
def as_processor(
    store: Embedded, agreement: str, purpose: str = "orders", /, **words: str
) -> Iterator[psycopg.Connection]:
    """Declare a use under an agreement by SQL alone, as the role of those who work for us."""
    found = ruling(Request(purpose, policy().purposes[purpose].categories, RecipientClass.PROCESSOR, None, agreement))
    declared = {
        "use": to_bits(found.plan.word),
        "scopes": to_bits(found.plan.forbid),
        "version": found.version,
        "agreement": agreement,
    } | words
    with psycopg.connect(store.url("avow_app", settings.DATABASES["default"]["NAME"])) as app:
        for name, word in declared.items():
            app.execute("SELECT set_config(%s, %s, false)", [f"avow.{name}", word])
        app.execute("SET ROLE avow_processor")
        yield app
