"""Copy a whole store into one file: the database as of one instant, the keys, the policy's files."""

import os
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import psycopg

from avow.config import config
from avow.errors import BackupError
from avow.store.backup.dump import dump
from avow.store.backup.pack import Manifest, pack
from avow.store.backup.sealed import Tick, Writer
from avow.store.connect import address
from avow.store.journal.folder import settle

_SIZE = "SELECT size, root FROM checkpoint ORDER BY size DESC LIMIT 1"


@dataclass(frozen=True, slots=True)
class Made:
    """A backup that was made: where, how many bytes, and what it holds."""

    path: Path
    bytes: int
    manifest: Manifest


def backup(
    path: Path,
    passphrase: str = "",
    tick: Tick = lambda _: None,
    beside: Callable[[psycopg.Connection], object] = lambda _: None,
) -> Made:
    """Write a backup of the store, encrypted if there is a passphrase; the file appears whole or not at all, mode 0600.

    Everything is as of one instant, while the site goes on; `beside` may read what else is to be known of it.
    Raises BackupError if it cannot be written, or is there.
    """
    if path.exists():
        raise BackupError(f"{path} is there already", "a backup is never overwritten: give another name")
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            with psycopg.connect(address("avow_backup")) as found:
                found.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
                ((snapshot,),) = found.execute("SELECT pg_export_snapshot()").fetchall()
                manifest = _manifest(found)
                beside(found)
                made = pack(Writer(file, passphrase, tick), _small(), dump(address("avow_backup"), snapshot), manifest)
            file.flush()
            os.fsync(file.fileno())
        path.hardlink_to(draft)
        settle(path.absolute().parent)
    except OSError as error:
        raise BackupError(f"{path} cannot be written: {error.strerror}", "make room, or give another place") from error
    finally:
        draft.unlink(missing_ok=True)
    return Made(path, path.stat().st_size, made)


def _manifest(found: psycopg.Connection) -> Manifest:
    """Say what the store is, as of the instant of the dump."""
    size, root = found.execute(_SIZE).fetchone() or (0, b"")
    ((last,),) = found.execute("SELECT coalesce(max(id), 0) FROM entry").fetchall()
    schema = found.execute("SELECT app || '.' || name FROM django_migrations ORDER BY 1").fetchall()
    return Manifest(
        avow=version("avow"),
        at=datetime.now(UTC).isoformat(timespec="seconds"),
        schema=tuple(str(row[0]) for row in schema),
        size=size,
        root=bytes(root).hex(),
        last=last,
        server=found.info.server_version // 10000,
    )


def _small() -> Mapping[str, bytes]:
    """Read the keys and the policy's files."""
    keys = sorted((config().data / "keys").glob("*.key"))
    policies = sorted(config().policies.glob("*.md"))
    return {f"keys/{path.name}": path.read_bytes() for path in keys} | {
        f"policies/{path.name}": path.read_bytes() for path in policies
    }
