"""Bring people in, write to them, and look at what became of it."""

from uuid import UUID

import psycopg

from avow.mail.mailing import expand
from tests.units.record.cast import arrive

OFFER = "# An offer\n\nDear {{ name | friend }}, here is an offer.\n"


def name(who: str) -> str:
    """Give the address of somebody."""
    return f"{who}@example.org"


def arrived(*who: str) -> dict[str, UUID]:
    """Let people register and confirm; they hear of offers until they say no."""
    return {one: arrive(name(one), proven=True) for one in who}


def offer() -> UUID:
    """Make a mailing of an offer to everybody."""
    return expand("offers", OFFER)


def states(owner: psycopg.Connection, table: str = "delivery") -> dict[str, str]:
    """Give the state of each message by the person's id."""
    rows = owner.execute(f"SELECT person_id, state FROM {table}")
    return {str(person): state for person, state in rows.fetchall()}


def by_name(people: dict[str, UUID], owner: psycopg.Connection, table: str = "delivery") -> dict[str, str]:
    """Give the state of each message by who it was to."""
    found = states(owner, table)
    return {who: found[str(key)] for who, key in people.items() if str(key) in found}


def make_due(owner: psycopg.Connection, table: str = "delivery") -> None:
    """Let deferred messages be due now."""
    owner.execute(f"UPDATE {table} SET due = now() - interval '1 second'")


def local(taken: list[tuple[str, bytes]]) -> list[str]:
    """Give who took a message, sorted."""
    return sorted(address.partition("@")[0] for address, _ in taken)
