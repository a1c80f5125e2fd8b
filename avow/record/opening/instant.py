"""See the whole store as it was at one instant."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from psycopg import sql

from avow.store.connect import address


@contextmanager
def instant(name: str) -> Iterator[psycopg.Connection]:
    """Open a connection as avow_backup, which reads every row and writes none, at the instant of a snapshot."""
    with psycopg.connect(address("avow_backup")) as backup:
        backup.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        backup.execute(sql.SQL("SET TRANSACTION SNAPSHOT {}").format(name))
        yield backup
