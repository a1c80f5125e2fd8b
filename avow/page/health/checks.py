"""Check the house of a running Avow, one thing at a time: each check raises what is wrong, or gives what it found."""

import os
import shutil
import socket
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import psycopg
from django.db import DatabaseError

from avow.config import config
from avow.errors import AvowError, ConfigError, LedgerError, PolicyError, StoreError
from avow.ledger.keys import ring
from avow.ledger.read import checkpoint, tail, waiting
from avow.page.health.told import acknowledged
from avow.policy.folder import load
from avow.record.journal.journal import claim_journal, journal, lag
from avow.record.shown.versions import history
from avow.store.backup.saved import unsaved
from avow.store.check import current, keys_fit, powerless, serves
from avow.store.connect import address, reach
from avow.store.dkim.keys import aligned, signing
from avow.store.dkim.published import name
from avow.store.journal.behind import behind
from avow.store.journal.folder import folder
from avow.store.journal.head import head
from avow.store.point import point
from avow.store.server.lock import Lock
from avow.store.spool import waiting as refusals

_ROOM = 512 << 20
_LAG = timedelta(minutes=1)
_SKEW = timedelta(seconds=5)


@dataclass(frozen=True, slots=True)
class Check:
    """One thing to check: a stable id, what is looked at, what is wrong then, what to do, if the store must answer."""

    id: str
    title: str
    look: Callable[[], str]
    wrong: str
    do: str
    store: bool = True


def _answers() -> str:
    """Reach the store and point Django at it."""
    target = address()
    with reach(target) as found:
        serves(found)
        version = found.info.parameter_status("server_version")
    point(target)
    return f"PostgreSQL {version}, {'by DATABASE_URL' if config().database_url else 'embedded'}"


def _schema() -> str:
    current()
    return "as this version needs it"


def _roles() -> str:
    with psycopg.connect(address()) as found:
        powerless(found)
    return "avow_app has no power over the row guard"


def _keys() -> str:
    with psycopg.connect(address()) as found:
        keys_fit(found)
    return "those that the store was made with"


def _versions() -> str:
    published = [policy.front.version for policy in history().policies]
    fresh = [policy.front.version for policy in load(config().policies).policies]
    waits = [name for name in fresh if name not in published]
    if waits:
        raise PolicyError(f"not published yet: {', '.join(waits)}", hint="run `avow setup`, or `avow policy plan`")
    return f"{history().in_force(datetime.now(UTC)).front.version} is in force"


def _clock() -> str:
    last = tail(1)
    if last and last[0].at > datetime.now(UTC) + _SKEW:
        raise StoreError(
            f"the clock is behind the newest entry, of {last[0].at:%Y-%m-%d %H:%M:%S} UTC", "set the clock"
        )
    return "after the newest entry" if last else "no entry yet"


def _lag() -> str:
    waits = waiting()
    oldest = [line for line in tail(1000) if line.index is None][:1]
    if oldest and datetime.now(UTC) - oldest[0].at > _LAG:
        raise LedgerError(f"{waits} entries wait for their place since {oldest[0].at:%H:%M} UTC", "run `avow work`")
    return f"entries that wait for their place: {waits}"


def _signing() -> str:
    """Refuse a key that is not the one of the newest checkpoint, or of the newest list of keys."""
    keys, note = ring(), checkpoint()
    if note is None:
        return "no checkpoint yet"
    signed, earlier = keys.opened(note), len(keys.ends)
    return f"signed the newest checkpoint, of {signed.size}" + (f"; earlier keys: {earlier}" if earlier else "")


def _saved() -> str:
    """Refuse keys that the newest backup lacks: a store restored from it could not sign on, or open what is kept."""
    lacking = unsaved()
    if lacking:
        raise StoreError(f"the newest backup lacks the key {', '.join(lacking)} as it is now", "run `avow backup`")
    return "no backup was made from here yet" if lacking is None else "in the newest backup"


def _work() -> str:
    path = config().data / "work.lock"
    lock = Lock(path)
    try:
        idle = not path.exists() or lock.seize()
    finally:
        lock.release()
    if idle and config().production:
        raise StoreError("`avow work` does not run", "start it beside the site")
    return "does not run (only production needs it now)" if idle else f"runs as process {Lock(path).holder()}"


def _spool() -> str:
    if refusals():
        raise StoreError(
            f"{refusals()} refusals wait to be applied, and no mailing begins",
            "run `avow work`; it names any that it cannot apply",
        )
    return "empty"


def _journal() -> str:
    """See that the journal is there, is this store's, takes what is written, and holds every right."""
    claim_journal()
    journal()
    free = shutil.disk_usage(folder()).free
    if free < _ROOM:
        raise StoreError(f"{free >> 20} MB are free for the journal in {folder()}", "make room")
    if lag():
        raise StoreError(f"{lag()} refusals, corrections or erasures are not in the journal", "run `avow work`")
    return f"every right is in {folder()}"


def _older() -> str:
    with psycopg.connect(address(), autocommit=True) as found:
        wrong = behind(found)
    if wrong:
        raise wrong
    return f"at leaf {head().size} or beyond, as was published"


def _disk() -> str:
    free = shutil.disk_usage(config().data if config().data.exists() else config().data.anchor).free
    if free < _ROOM:
        raise StoreError(f"{free >> 20} MB are free for {config().data}", "make room")
    return f"{free >> 30} GB free"


def _modes() -> str:
    """Refuse secrets that others could read, and a data folder that others could enter or list."""
    folder = config().data
    found = [path for path in (folder / "keys").glob("*") if path.stat().st_mode & 0o077]
    found += [path for path in (folder,) if path.exists() and path.stat().st_mode & 0o067]
    if found:
        raise StoreError(f"others can read {', '.join(map(str, found))}", "chmod go-rwx, and ask who has read it")
    return "private" if folder.exists() else "there is no folder yet; it will be private"


def _site() -> str:
    if config().production and urlsplit(config().site).scheme != "https":
        raise ConfigError("production needs an https address", "set AVOW_SITE=https://...")
    return config().site or f"http://{config().bind}"


def _smtp() -> str:
    if not config().smtp:
        if config().production:
            raise ConfigError("production needs a mail server", "set AVOW_SMTP=smtp://host:port")
        return "captured under /mail/"
    parts = urlsplit(config().smtp)
    port = parts.port or (465 if parts.scheme == "smtps" else 25)
    try:
        socket.create_connection((parts.hostname or "", port), timeout=5).close()
    except OSError as error:
        raise ConfigError(f"{parts.hostname}:{port} does not answer: {error}", "check AVOW_SMTP") from error
    return f"{parts.hostname}:{port} answers"


def _dkim() -> str:
    """See that the keys that AVOW_DKIM names are there, and sign for the sender's own domain."""
    keys, mailbox = signing(), history().in_force(datetime.now(UTC)).front.mailbox
    if keys and not aligned(mailbox, keys[0].domain):
        raise ConfigError(
            f"{keys[0].domain} signs for {mailbox}, which receivers do not take for the sender's own",
            "name the mailbox's domain, or one above it, in AVOW_DKIM",
        )
    return f"signed as {', '.join(map(name, keys))}" if keys else "off: AVOW_DKIM is not set"


def _sender() -> str:
    front = history().in_force(datetime.now(UTC)).front
    lacks = [name for name, word in (("postal", front.postal), ("mailbox", front.mailbox)) if not word.strip()]
    if lacks:
        raise ConfigError(f"the policy in force gives no {' and no '.join(lacks)}", "give it in its front matter")
    domain, sites = front.mailbox.rpartition("@")[2], front.sites
    if not any(one == domain or one.endswith(f".{domain}") or domain.endswith(f".{one}") for one in sites):
        raise ConfigError(
            f"mail comes from {domain}, which is none of the policy's sites ({', '.join(sites)})",
            "give a mailbox at a domain of yours, so that mail servers can tell that it is you",
        )
    return f"{front.company} <{front.mailbox}>; answers go to {config().reply_to or front.mailbox}"


def _root() -> str:
    if config().production and not os.geteuid():
        raise ConfigError("production runs as root", "run it as an account of its own")
    return "root" if not os.geteuid() else "an account of its own"


CHECKS = (
    Check(
        "avow.E001",
        "store",
        _answers,
        "the store is not made, does not answer, does not let `avow_app` in, or is older than PostgreSQL 15",
        "run `avow setup`; start the server; correct `DATABASE_URL`",
        store=False,
    ),
    Check(
        "avow.E002",
        "schema",
        _schema,
        "the tables are older or newer than this version of Avow",
        "run `avow setup`, or install the newer version",
    ),
    Check(
        "avow.E003",
        "roles",
        _roles,
        "`avow_app` could step over the row guard",
        "take the powers that it names from the role",
    ),
    Check(
        "avow.E004",
        "keys",
        _keys,
        "a key is missing or is not the one that the store was made with",
        "restore `AVOW_DATA/keys` from the backup",
    ),
    Check(
        "avow.E005",
        "policy versions",
        _versions,
        "a version in `AVOW_POLICIES` is wrong, was changed after it was published, or is not published yet",
        "correct the file it names, or run `avow setup`",
    ),
    Check(
        "avow.E006",
        "clock",
        _clock,
        "the machine's clock is behind the newest entry of the ledger",
        "set the clock",
    ),
    Check(
        "avow.E007",
        "sequencer",
        _lag,
        "entries of the ledger wait for their place for more than a minute",
        "run `avow work`",
    ),
    Check(
        "avow.E020",
        "key of the ledger",
        _signing,
        "the key at hand did not sign the newest checkpoint, or is not the one that signs the next",
        "restore `AVOW_DATA/keys` from the newest backup",
    ),
    Check(
        "avow.E024",
        "keys in the backup",
        _saved,
        "a key was changed since the newest backup, so that a store restored from it could not sign its ledger",
        "run `avow backup`",
        store=False,
    ),
    Check(
        "avow.E008",
        "work",
        _work,
        "`avow work` does not run in production",
        "start it beside the site",
        store=False,
    ),
    Check(
        "avow.E009",
        "spooled refusals",
        _spool,
        "refusals wait that came while the database was away; no mailing begins",
        "run `avow work`, which names any that it cannot apply",
        store=False,
    ),
    Check(
        "avow.E010",
        "disk",
        _disk,
        "less than 512 MB are free for `AVOW_DATA`",
        "make room",
        store=False,
    ),
    Check(
        "avow.E011",
        "file modes",
        _modes,
        "others could read a key or enter the data folder",
        "`chmod go-rwx`, and ask who has read it",
        store=False,
    ),
    Check(
        "avow.E012",
        "site",
        _site,
        "production has no https address",
        "set `AVOW_SITE=https://...`",
        store=False,
    ),
    Check(
        "avow.E013",
        "mail server",
        _smtp,
        "production has no mail server, or it does not answer",
        "set or correct `AVOW_SMTP`",
        store=False,
    ),
    Check(
        "avow.E023",
        "sender",
        _sender,
        "mailings would come from nobody that people and mail servers can place",
        "correct `mailbox` and `postal` in the front matter of the policy, and `AVOW_REPLY_TO`",
    ),
    Check(
        "avow.E030",
        "signed mail",
        _dkim,
        "a key that `AVOW_DKIM` names is missing, so that nothing goes out; or it signs for another domain than the"
        " sender's",
        "restore `AVOW_DATA/keys` from the backup, run `avow mailing dkim`, or correct `AVOW_DKIM`",
    ),
    Check(
        "avow.E014",
        "account",
        _root,
        "production runs as root",
        "run it as an account of its own",
        store=False,
    ),
    Check(
        "avow.E021",
        "journal",
        _journal,
        "the journal is not there, is another store's, or its disk takes nothing: rights that are exercised are in the"
        " database alone",
        "mount its disk or make room on it; what is missing is then written by itself",
    ),
    Check(
        "avow.E064",
        "acknowledged notices",
        acknowledged,
        "an organization that was told to let something go, or that it was put right, does not say that it did",
        "ask it; the desk lists each, under *Given out* and *Contractors*",
    ),
    Check(
        "avow.E022",
        "age of the store",
        _older,
        "the store is older than what it published, so that refusals may be missing in it; nothing is used",
        "run `avow restore --replay`",
    ),
)


def failure(check: Check) -> tuple[str, AvowError | None]:
    """Make one check: give what it found, or the error that says what is wrong and what to do."""
    try:
        return check.look(), None
    except AvowError as error:
        return "", error
    except DatabaseError as error:  # tables of another version than this one
        return "", StoreError(f"the store cannot tell: {str(error).partition(chr(10))[0]}", "run `avow setup`")
