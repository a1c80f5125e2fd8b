"""Ask as a role under a declaration, outside Django, and give what is seen."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from avow.record.mask import to_bits
from tests.laws.crowd import MARKETING, SECRETS

ALICE = {SECRETS[0]}
EMAILS = "SELECT fields->>'email' FROM item"


@contextmanager
def declared(
    app: psycopg.Connection, role: str, use: int = 0, scopes: int = MARKETING, version: str = "v1", *, undo: bool = True
) -> Iterator[psycopg.Connection]:
    """Declare in one transaction, as the application does, by SQL alone; roll back at the end if `undo`."""
    with app.transaction(force_rollback=undo):
        app.execute(
            "SELECT set_config('avow.use', %s, true), set_config('avow.scopes', %s, true),"
            " set_config('avow.version', %s, true), set_config('role', %s, true)",
            [to_bits(use) if use else "", to_bits(scopes) if use else "", version if use else "", role],
        )
        yield app


def seen(app: psycopg.Connection, query: str = EMAILS, *words: object) -> set[object]:
    """Give the first column of what a query shows."""
    return {row[0] for row in app.execute(query, words or None).fetchall()}


def settle(app: psycopg.Connection, query: str, *words: object) -> None:
    """Run a statement, and every check that would wait for the commit."""
    app.execute(query, words)
    app.execute("SET CONSTRAINTS ALL IMMEDIATE")


def told(error: psycopg.Error) -> str:
    """Give everything that an error tells its caller."""
    said = error.diag
    return " ".join(str(part) for part in (error, said.message_detail, said.message_hint, said.context))
