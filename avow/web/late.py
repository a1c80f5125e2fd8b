"""Begin before the store answers, and apply on this host what was refused while it was away."""

import sys
import time
from threading import Thread
from typing import Final, Never

import psycopg
from django.db import DatabaseError, InterfaceError
from psycopg.conninfo import make_conninfo

from avow.config import config
from avow.errors import AvowError, StoreAway
from avow.mail.stop import apply_kept
from avow.policy.folder import load
from avow.record.shown.versions import history, publish, published, refresh
from avow.store.connect import connect, disconnect
from avow.store.point import point
from avow.store.spool import waiting

_REST: Final = 1.0
_LONGEST_REST: Final = 15.0


def begin() -> None:
    """Connect to the store, and keep applying what this host was told; one that does not answer is waited for.

    Until then Django is pointed at nothing: pages say so, and each refusal is spooled. Raises StoreError or
    ConfigError where waiting would not help.
    """
    late = False
    try:
        connect()
        if published():
            history()
    except StoreAway:
        point(make_conninfo(host=str(config().data / "away"), dbname="away", user="away"))
        late = True
    Thread(target=_keep_up, args=[late], name="refusals", daemon=True).start()


def _keep_up(late: bool) -> Never:
    """Connect if that is still to do; then apply each refusal in the spool, whether `avow work` runs here or not."""
    rest, said = _REST, ""
    while True:
        time.sleep(rest)
        try:
            if late:
                connect()
                late = False
                publish(load(config().policies))
            if waiting():
                apply_kept()
            _look_again()
        except (DatabaseError, InterfaceError, psycopg.Error, AvowError) as error:
            rest, said = min(rest * 2, _LONGEST_REST), _tell(f"refusals wait: {error}", said)
        else:
            rest, said = _REST, ""
        finally:
            disconnect()


def _look_again() -> None:
    """Serve by a version that was published since, and by no other where its file is not on this host yet."""
    if published():
        refresh()
        history()


def _tell(line: str, before: str) -> str:
    """Say a thing once, on one line, and give it."""
    line = " ".join(line.split())
    if line != before:
        sys.stderr.write(f"avow: {line}\n")
    return line
