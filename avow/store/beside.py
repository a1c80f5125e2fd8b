"""Mend the store beside the answer that could not be given: nobody waits for it, and nobody has to be told to."""

import sys
import time
from collections.abc import Callable
from threading import Lock, Thread
from typing import Final

import psycopg
from django.db import InterfaceError, OperationalError

from avow.errors import StoreError
from avow.store.connect import connected, disconnect, mend

_RESTS: Final = (0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 30.0, 60.0)
"""Seconds between tries; after the last one it is left to who asks next."""
_lock: Final = Lock()
_at_it: Final = set[Callable[[], object]]()


def _nothing() -> None:
    """Do nothing more."""


def mend_beside(then: Callable[[], object] = _nothing) -> None:
    """Start the embedded server again if it ended, then do what waits for it, in a thread; return at once.

    What is at it already is not begun twice. A process that did not connect to a store leaves it alone.
    """
    with _lock:
        if not connected() or then in _at_it:
            return
        _at_it.add(then)
    Thread(target=_mend, args=[then], name="mending", daemon=True).start()


def _mend(then: Callable[[], object]) -> None:
    said: Exception | None = None
    try:
        for rest in _RESTS:
            try:
                mend()
                then()
            except (OperationalError, InterfaceError, psycopg.Error, StoreError) as error:
                said = error
            else:
                return
            disconnect()
            time.sleep(rest)
        sys.stderr.write(f"avow: the store does not answer: {' '.join(str(said).split())}\n")
    finally:
        disconnect()
        with _lock:
            _at_it.discard(then)
