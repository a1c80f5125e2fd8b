"""Bring invented people in, as the doors would."""

import hashlib
from datetime import UTC, datetime
from uuid import UUID

import psycopg

from avow.record.known.address import parse
from avow.record.known.identity import verify
from avow.record.said.choices import Chosen
from avow.record.shown.notice import show
from avow.record.shown.stamp import Stamp, stamp
from avow.record.shown.versions import history, in_force
from avow.record.taken.store import Given, keep
from avow.terms import Answer, ChannelKind, Scope

NO_MARKETING = Chosen(Answer.NO, scope=Scope.MARKETING)
YES_MARKETING = Chosen(Answer.YES, scope=Scope.MARKETING)
NEWSLETTER = Chosen(Answer.YES, purpose="newsletter")


def stamped(channel: ChannelKind = ChannelKind.REGISTRATION, source: str = "/register/") -> Stamp:
    """Stamp what arrives now at a channel of the version in force."""
    return stamp(history(), show(in_force(), channel, "en"), source, datetime.now(UTC))


def arrive(address: str, *chosen: Chosen, person: UUID | None = None, proven: bool = False) -> UUID:
    """Let somebody register with an address, and perhaps confirm it."""
    return given_as(f"Name of {address}", address, *chosen, person=person, proven=proven)


def given_as(name: str, address: str, *chosen: Chosen, person: UUID | None = None, proven: bool = True) -> UUID:
    """Let somebody register under a name."""
    given = [Given("contact", {"email": address}), Given("profile", {"name": name})]
    found = keep(stamped(), given, parse(address), chosen, person)
    if proven:
        verify(found, parse(address).exact_id, "test")
    return found


def reach_of(address: str) -> bytes:
    """Give the id of the mailbox of an address."""
    return parse(address).reach_id


def refused(owner: psycopg.Connection, table: str, column: str, value: object) -> set[int]:
    """Give the refused bits of the one or more rows of a table, which must all agree."""
    rows = owner.execute(f"SELECT DISTINCT refused::text FROM {table} WHERE {column} = %s", [value]).fetchall()
    assert len(rows) == 1, rows
    return {255 - i for i, bit in enumerate(rows[0][0]) if bit == "1"}


def digest(text: str) -> bytes:
    """Hash words."""
    return hashlib.sha256(text.encode()).digest()
