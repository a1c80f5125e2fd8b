"""Let the store be gone, or take no writes, and come back."""

import psycopg
from django.conf import settings
from django.db import connections
from psycopg import sql

from avow.store.server.embedded import Embedded


def answering(store: Embedded, *, yes: bool) -> None:
    """Let the database answer, or let it be gone: connections end and new ones are refused."""
    name = settings.DATABASES["default"]["NAME"]
    with psycopg.connect(store.url("avow_owner", "postgres"), autocommit=True) as server:
        server.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS {}").format(sql.Identifier(name), sql.Literal(yes)))
        if not yes:
            server.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])


def taking_writes(store: Embedded, *, yes: bool) -> None:
    """Let the database take writes or not, as a standby does before it is promoted."""
    name = settings.DATABASES["default"]["NAME"]
    with psycopg.connect(store.url("avow_owner", "postgres"), autocommit=True) as server:
        words = sql.SQL("ALTER DATABASE {} SET default_transaction_read_only = {}")
        server.execute(words.format(sql.Identifier(name), sql.Literal(not yes)))
    connections.close_all()
