"""End the wait for a database that neither answers nor goes away."""

import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Lock, Thread
from typing import Final

import psycopg
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper

_LOOK: Final = 0.2
"""Seconds between two looks at what is not done in time."""
_IDLE: Final = 50
"""Looks that find nothing to watch, after which the watch ends."""
_lock: Final = Lock()
_ends: Final[dict[object, tuple[float, BaseDatabaseWrapper]]] = {}
_watch: list[Thread] = []


@contextmanager
def deadline(seconds: float) -> Iterator[None]:
    """Cut this thread's connection where what is done here is not done in time; it raises OperationalError then.

    One thread looks after all of them: a no that is taken in a busy hour does not wait for a thread to begin.
    """
    mark = object()
    with _lock:
        _ends[mark] = time.monotonic() + seconds, connections[DEFAULT_DB_ALIAS]
        if not (_watch and _watch[0].is_alive()):
            _watch[:] = [Thread(target=_watched, name="deadline", daemon=True)]
            _watch[0].start()
    try:
        yield
    finally:
        with _lock:
            _ends.pop(mark, None)


def _watched() -> None:
    """Look until nothing has been there to look after for a while; what was late before has it cut again."""
    idle = 0
    while True:
        time.sleep(_LOOK)
        with _lock:
            idle = 0 if _ends else idle + 1
            if idle > _IDLE:
                _watch.clear()
                return
            now = time.monotonic()
            for end, ours in _ends.values():
                if end <= now:
                    _cut(ours)


def _cut(ours: BaseDatabaseWrapper) -> None:
    """Shut the socket down: whoever waits at it is told that the other side is gone."""
    found: psycopg.Connection | None = ours.connection
    with suppress(OSError, psycopg.Error):
        if found is not None:
            with socket.socket(fileno=os.dup(found.fileno())) as end:
                end.shutdown(socket.SHUT_RDWR)
