"""Take what was forgotten off the disk: rewrite what holds dead rows, and let the write-ahead log begin anew."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import psycopg
from django.db import connection
from psycopg import sql

from avow.config import config
from avow.errors import ConfigError, StoreError
from avow.store.connect import address, connected
from avow.store.journal.folder import replace
from avow.store.server.embedded import OWNER, Embedded
from avow.store.server.lock import alone

_DAY: Final = timedelta(days=1)
_PATIENCE: Final = 60.0
_TABLES: Final = """
SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = 'public' AND c.relkind = 'r' AND c.relname <> ALL(ARRAY['entry', 'leaf', 'checkpoint'])
ORDER BY pg_total_relation_size(c.oid)
"""
_DUE: Final = "SELECT min(at) FROM entry WHERE id > %s AND kind IN ('forgotten', 'amended')"
_FORGET_STATISTICS: Final = """
DELETE FROM pg_catalog.pg_statistic WHERE starelid IN (
    SELECT oid FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
        AND relname <> ALL(ARRAY['entry', 'leaf', 'checkpoint']))
"""
"""Of a table that is empty now, the planner would keep what it knew before."""
_NEWEST: Final = "SELECT coalesce(max(id), 0) FROM entry"
_NOW: Final = "SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint % 4294967296"
"""The next transaction, as the 32 bits in which others tell theirs."""
_READERS: Final = """
SELECT pid FROM pg_stat_activity
WHERE backend_xmin IS NOT NULL AND pid <> pg_backend_pid() AND backend_xmin::text::bigint < %s LIMIT 1
"""


@dataclass(frozen=True, slots=True)
class Scrubbed:
    """How many tables were rewritten, which was locked longest and how long (seconds), and whether WAL began anew."""

    tables: int
    longest: str
    seconds: float
    log: bool


def scrub(tick: Callable[[str, int, int], object] = lambda _name, _at, _of: None) -> Scrubbed:
    """Rewrite every table that may hold dead rows, and their statistics; then no byte of what was forgotten is left.

    A table is locked while it is rewritten: pages wait, and a refusal that waits for more than some seconds is
    spooled. `tick` is told each table, and how many there are. Raises StoreError if another transaction still sees
    what was forgotten, or a table cannot be had within a minute; and it can be run again.
    """
    lock = alone(config().data, "scrub")
    try:
        with psycopg.connect(_owner(), autocommit=True) as found:
            ((newest,),) = found.execute(_NEWEST).fetchall()
            names = [str(row[0]) for row in found.execute(_TABLES).fetchall()]
            _nobody_looks_back(found)
            _try(found, _FORGET_STATISTICS)
            spans = dict(_rewritten(found, names, tick))
            for name in ("pg_statistic", "pg_statistic_ext_data"):
                _try(found, f"VACUUM (FULL) pg_catalog.{name}")
            log = _begin_anew(found)
        replace(_mark(), json.dumps({"entry": newest}).encode())
    finally:
        lock.release()
    longest = max(spans, key=lambda name: spans[name])
    return Scrubbed(len(spans), longest, spans[longest], log)


def due(now: datetime | None = None) -> bool:
    """Say whether something was forgotten or corrected since the last time, and the quiet hour, or a day, has come."""
    now = now or datetime.now(UTC)
    with connection.cursor() as cursor:
        cursor.execute(_DUE, [_done()])
        oldest = cursor.fetchone()[0]
    return oldest is not None and (now.hour == config().quiet_hour or now - oldest > _DAY)


def scrub_due() -> int:
    """Scrub if it is due and the server is ours, and say how many tables were rewritten."""
    return scrub().tables if connected() and not config().database_url and due() else 0


def _owner() -> str:
    if not config().database_url:
        address()  # it runs then
        return Embedded(config().data).url(OWNER)
    if not config().owner_url:
        raise ConfigError("AVOW_OWNER_URL is not set", "give the database's owner for the time of `avow scrub`")
    return config().owner_url


def _mark() -> Path:
    return config().data / "scrubbed.json"


def _done() -> int:
    """Give the newest entry of the last time; 0 if there was none."""
    try:
        return int(json.loads(_mark().read_bytes())["entry"])
    except (OSError, ValueError, KeyError):
        return 0


def _rewritten(
    found: psycopg.Connection, names: list[str], tick: Callable[[str, int, int], object]
) -> Iterator[tuple[str, float]]:
    for at, name in enumerate(names):
        tick(name, at, len(names))
        with _waiting(found):
            started = time.monotonic()
            found.execute(sql.SQL("VACUUM (FULL, ANALYZE) {}").format(sql.Identifier(name)))
        yield name, time.monotonic() - started


@contextmanager
def _waiting(found: psycopg.Connection) -> Iterator[None]:
    """Wait for a lock, but not so long that whoever comes behind us waits for ever."""
    found.execute("SET lock_timeout = '60s'")
    try:
        yield
    except psycopg.errors.LockNotAvailable as error:
        raise StoreError(
            "a table is in use, and was not rewritten", "nothing is lost: run it again at a quieter hour"
        ) from error


def _nobody_looks_back(found: psycopg.Connection) -> None:
    """Wait until no transaction sees what was deleted before this one began: a rewrite would keep it for them."""
    ((now,),) = found.execute(_NOW).fetchall()
    until = time.monotonic() + _PATIENCE
    while reader := found.execute(_READERS, [now]).fetchone():
        if time.monotonic() > until:
            raise StoreError(
                f"process {reader[0]} of the database still reads what was there before",
                "wait for its end, run it again",
            )
        time.sleep(0.2)


def _begin_anew(found: psycopg.Connection) -> bool:
    """Leave the old write-ahead log behind; say whether we may: outside, that is its administrator's."""
    return all(_try(found, words) for words in ("CHECKPOINT", "SELECT pg_switch_wal()", "CHECKPOINT") * 2)


def _try(found: psycopg.Connection, words: str) -> bool:
    try:
        found.execute(words.encode())
    except psycopg.errors.InsufficientPrivilege:
        return False
    return True
