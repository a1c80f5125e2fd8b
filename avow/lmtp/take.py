"""Take one letter: on the disk first, then its no, then the rest; it is acknowledged when the no holds."""

import sys
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from threading import local
from time import monotonic
from typing import Final
from uuid import UUID

import psycopg
from django.db import close_old_connections, connection
from django.db.utils import DatabaseError, InterfaceError

from avow.collection.letters import keep_letter
from avow.errors import StoreError
from avow.mail.inbound.classify import Classified, classify
from avow.mail.inbound.intents import Intent
from avow.mail.inbound.report import NONE
from avow.mail.taken import cases, raw
from avow.mail.taken.asking import asking
from avow.mail.taken.found import came_back, sent
from avow.mail.taken.raw import Raw, Written
from avow.optout.letter import stop_by_letter
from avow.page.site import policy
from avow.store.connect import mend

LATER: Final = 8.0
"""Seconds after which a letter of which nothing was made yet is taken up again."""
_WHILE: Final = 1.0
"""Seconds after which a connection that nobody used may be gone."""
_used: Final = local()
_AWAY: Final = (DatabaseError, InterfaceError, psycopg.Error, StoreError)


def take(letter: Raw) -> bool:
    """Take a letter as it is handed over, and say whether it may be acknowledged.

    It may when it is on the disk, or in the store where the disk takes nothing, and what it refuses holds or is on
    the disk too.
    """
    written: Written | None = None
    with suppress(StoreError):
        written = raw.write(letter)
    found = _classified(letter)
    _look()
    try:
        if Intent.OPTOUT in found.intents:
            stop_by_letter(found)
    except _AWAY:
        connection.close()
        if written:
            written.path.unlink(missing_ok=True)  # the mail server keeps it, and hands it over again
        return False
    stored = _kept(letter, found, written.path if written else None)
    return written.safe() or stored if written else stored


def take_up() -> int:
    """Take up what was acknowledged while the store was away, or cut off by a crash, oldest first; give how many."""
    done = 0
    for path in raw.waiting(LATER):
        letter = raw.load(path)
        found = _classified(letter)
        _look()
        if Intent.OPTOUT in found.intents:
            stop_by_letter(found)
        if not _kept(letter, found, path):
            mend()
            break
        done += 1
    return done


def _classified(letter: Raw) -> Classified:
    """Classify a letter; the sender of its envelope is what a mail server would write as its Return-Path."""
    path = f"Return-Path: <{letter.sender}>\r\n".encode("utf-8", "replace")
    return classify(path + letter.data, asking(policy()), letter.recipients)


def _kept(letter: Raw, found: Classified, path: Path | None) -> bool:
    """Keep a letter in the store, once; say no where the store is away."""
    try:
        key = keep_letter(found, letter.digest, datetime.now(UTC), letter.data)
        if key is not None:
            _brought_back(found)
        if path:
            raw.settle(path, key or cases.taken(letter.digest))
    except _AWAY as error:
        connection.close()
        sys.stderr.write(f"avow: a letter waits for the store: {type(error).__name__}\n")
        return False
    return True


def _look() -> None:
    """Have this thread's connection looked at before it is used, where nobody used it just now."""
    now, before = monotonic(), getattr(_used, "at", 0.0)
    _used.at = now
    if now - before > _WHILE:
        close_old_connections()


def _brought_back(found: Classified) -> UUID | None:
    """Note at our message that it came back, where a report names one of ours."""
    failure = next((one for one in found.failures if one.kind != NONE), None)
    message = sent(found.ours) if failure else None
    if failure and message:
        came_back(message, failure)
    return message.key if message else None
