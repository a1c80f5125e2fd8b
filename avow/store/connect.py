"""Connect this process to its store, and let nothing run on one that is not right."""

import atexit

import psycopg
from django.conf import settings
from django.db import connections

from avow.config import config
from avow.errors import ConfigError, StoreAway, StoreError, StoreNew
from avow.store.check import APP, current, keys_fit, powerless, serves
from avow.store.journal.behind import tell
from avow.store.point import point
from avow.store.server.attach import attach, revive
from avow.store.server.embedded import Embedded
from avow.store.server.folder import whole

_DENIALS = ("authentication failed", "no password supplied", "no pg_hba.conf entry", "is not permitted to log in")
"""What PostgreSQL says to who is not let in, a role that is not there among them."""
_connected: set[str] = set()


def connect(role: str = APP) -> None:
    """Point Django at the store as a role, starting the embedded server if nobody runs it.

    Raises StoreAway if it does not answer, StoreError if its role could step over the row guard, SchemaError if
    `avow setup` must run first, KeyMissing if the keys are not those it was made with.
    """
    target = address(role)
    with reach(target) as found:
        serves(found)
        if role == APP:
            powerless(found)
        point(target)
        current()
        keys_fit(found)
        tell(found)
    _connected.add(role)


def address(role: str = APP) -> str:
    """Give the address of the store for a role; the embedded server runs then."""
    whole(config().data)
    if config().database_url:
        return config().database_url if role == APP else _backup()
    server = Embedded(config().data)
    if not server.exists:
        raise StoreNew(f"there is no store in {server.folder} yet", "run `avow setup`")
    attach(server)
    return server.url(role)


def _backup() -> str:
    """Give the address of a database that is not ours to start, for the role that reads everything."""
    if not config().backup_url:
        raise ConfigError("AVOW_BACKUP_URL is not set", "give the database's address for the role avow_backup")
    return config().backup_url


def connected() -> bool:
    """Say whether this process was connected to the store of its configuration."""
    return bool(_connected)


def mend() -> None:
    """Start the embedded server again if it ended; what runs outside is for its own operator."""
    if not config().database_url:
        revive(Embedded(config().data))


def reach(target: str) -> psycopg.Connection:
    """Connect to an address; raise StoreAway, StoreNew or StoreError that tells in one line what does not fit."""
    try:
        return psycopg.connect(target, autocommit=True, connect_timeout=10)
    except psycopg.OperationalError as error:
        raise _refused(" ".join(str(error).split())) from error


def _refused(said: str) -> StoreError:
    """Tell a store that is not there, a password that is not right, and a server that is away apart."""
    outside, denied = bool(config().database_url), any(words in said for words in _DENIALS)
    if outside and denied:
        return StoreError(
            f"the database does not let {APP} in: {said}",
            "correct the password in DATABASE_URL, or run `avow setup` with AVOW_OWNER_URL, which sets it",
        )
    if denied or "does not exist" in said:
        return StoreNew(f"the store is not set up: {said}", "run `avow setup`")
    return StoreAway(f"the database does not answer: {said}", "check DATABASE_URL and that the server runs")


@atexit.register
def disconnect() -> None:
    """Close every connection of this thread; a process does so when it ends."""
    if settings.configured:
        connections.close_all()
