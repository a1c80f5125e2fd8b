"""Go back to an older copy of a store, and say what of its state matters: masks, choices, lists, fields."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import psycopg
from django.conf import settings
from django.db import connections
from psycopg import sql

from avow.store.server.embedded import Embedded
from tests.conftest import point

_STATE: Mapping[str, str] = {
    "person": "SELECT id, own::text, refused::text, relations FROM person WHERE id = ANY(%s::uuid[])",
    "item": "SELECT id, person_id, fields, reach_id, stated::text, accepted::text, refused::text, salt, entry, pos"
    " FROM item WHERE person_id = ANY(%s::uuid[])",
    "address": "SELECT person_id, exact, reach_id, verified IS NULL, ended IS NULL FROM address"
    " WHERE person_id = ANY(%s::uuid[])",
    "subscription": "SELECT list_id, person_id, joined FROM subscription WHERE person_id = ANY(%s::uuid[])",
}
_MAILBOXES: Mapping[str, str] = {
    "reach": "SELECT id, refused::text FROM reach WHERE refused & ~ (1::bit(256)) <> 0::bit(256)",
    "unlisted": "SELECT reach_id, list_id FROM unlisted",
}


@dataclass(frozen=True)
class Older:
    """A copy of a store as it was at an instant."""

    server: Embedded
    name: str
    people: tuple[object, ...]

    def state(self) -> dict[str, list[str]]:
        """Give what matters of the store that Django speaks to, of the people whom the copy knows."""
        with psycopg.connect(self.server.url("avow_owner", settings.DATABASES["default"]["NAME"])) as owner:
            return state(owner, self.people)

    def back(self) -> None:
        """Let Django speak to a store that is again as it was then."""
        name = f"o{os.urandom(6).hex()}"
        _copy(self.server, self.name, name)
        point(self.server, name, "avow_app")


def state(found: psycopg.Connection, people: Sequence[object]) -> dict[str, list[str]]:
    """Give what matters of a store, of some people and of every mailbox, through a connection that sees all."""
    rows = {name: found.execute(query.encode(), [list(people)]).fetchall() for name, query in _STATE.items()}
    rows |= {name: found.execute(query.encode()).fetchall() for name, query in _MAILBOXES.items()}
    return {name: sorted(map(str, kept)) for name, kept in rows.items()}


def older(server: Embedded) -> Older:
    """Keep a copy of the store as it is now."""
    name, now = f"o{os.urandom(6).hex()}", settings.DATABASES["default"]["NAME"]
    connections.close_all()
    _copy(server, now, name)
    with psycopg.connect(server.url("avow_owner", name)) as owner:
        people = tuple(row[0] for row in owner.execute("SELECT id FROM person").fetchall())
    return Older(server, name, people)


def _copy(server: Embedded, source: str, name: str) -> None:
    with psycopg.connect(server.url("avow_owner", "postgres"), autocommit=True) as owner:
        owner.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()",
            [source],
        )
        owner.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(source)))
