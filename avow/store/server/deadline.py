"""End the wait for a database that neither answers nor goes away."""

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Timer

import psycopg
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper


@contextmanager
def deadline(seconds: float) -> Iterator[None]:
    """Cut this thread's connection where what is done here is not done in time; it raises OperationalError then."""
    timer = Timer(seconds, _cut, [connections[DEFAULT_DB_ALIAS]])
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _cut(ours: BaseDatabaseWrapper) -> None:
    """Shut the socket down: whoever waits at it is told that the other side is gone."""
    found: psycopg.Connection | None = ours.connection
    with suppress(OSError, psycopg.Error):
        if found is not None:
            with socket.socket(fileno=os.dup(found.fileno())) as end:
                end.shutdown(socket.SHUT_RDWR)
