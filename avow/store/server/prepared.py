"""Have statements prepared, so that the store reads and plans each of them once a connection, and not at each use."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Self

import psycopg
from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.backends.utils import CursorWrapper
from psycopg.abc import Params

_often: ContextVar[bool] = ContextVar("often", default=False)


class Prepared(psycopg.Cursor[Any]):
    """A cursor that has each statement prepared."""

    def execute(self, query: Any, params: Params | None = None, **words: Any) -> Self:
        """Run a statement."""
        return super().execute(query, params, prepare=True, **words)


@contextmanager
def often() -> Iterator[None]:
    """Have whatever `cursor` runs in this block prepared: it is an act that comes again and again."""
    token = _often.set(True)
    try:
        yield
    finally:
        _often.reset(token)


def cursor() -> CursorWrapper:
    """Give a cursor of this thread's connection: one that has each statement prepared within `often`."""
    return prepared() if _often.get() else connection.cursor()


def prepared() -> CursorWrapper:
    """Give a cursor of this thread's connection that has each statement prepared, wherever it is.

    Where queries are watched it is one that tells their text, which those that are prepared do not.
    """
    ours = connections[DEFAULT_DB_ALIAS]
    if ours.queries_logged:
        return ours.cursor()
    ours.close_if_health_check_failed()
    ours.ensure_connection()
    with ours.wrap_database_errors:
        found: Any = Prepared(ours.connection)
    return ours.make_cursor(found)
