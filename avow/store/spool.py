"""Keep refusals safe on disk while the database is away, and give them back first when it returns."""

import json
import os
import secrets
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

import psycopg
from django.db.utils import DatabaseError, InterfaceError, OperationalError

from avow.config import config
from avow.errors import AvowError, Contended, StoreError
from avow.store.server.folder import refused
from avow.store.server.lock import Lock


def put(refusal: Mapping[str, str | int | None]) -> None:
    """Keep one refusal, so that it is on the disk when this returns; raise StoreError if the disk does not take it."""
    folder = _folder()
    name = f"{time.time_ns():020d}-{secrets.token_hex(4)}"
    draft = folder / f".{name}"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            json.dump(dict(refusal), file)
            file.flush()
            os.fsync(file.fileno())
        draft.rename(folder / f"{name}.json")
        _settle(folder)
    except OSError as error:
        with suppress(OSError):
            draft.unlink()
        raise refused(folder, error) from error


def waiting() -> int:
    """Give how many refusals wait; while there is one, no mailing may begin."""
    return len(_files())


def drain(apply: Callable[[Mapping[str, str | int | None]], object]) -> int:
    """Apply what waits, oldest first, and give how many; each leaves the disk only after `apply` has committed it.

    One that was applied may be applied again after a crash. One that cannot be read or applied stays, so that no
    mailing begins, and holds up none behind it; raises StoreError that names it when the others are done. A
    database that is away ends the draining: `apply` raises StoreError or the database's own error then.
    """
    if not _files():
        return 0
    turn = Lock(_folder() / ".lock")
    turn.wait()
    try:
        files = _files()
        stuck = [(path.name, error) for path in files if (error := _take(path, apply))]
    finally:
        turn.release()
    if stuck:
        raise StoreError(
            f"{len(stuck)} of {len(files)} refusals cannot be applied: {', '.join(name for name, _ in stuck)}",
            f"the first because of {stuck[0][1]!r}; read it in {_folder()} by eye, for no mailing begins before",
        ) from stuck[0][1]
    return len(files)


def _take(path: Path, apply: Callable[[Mapping[str, str | int | None]], object]) -> Exception | None:
    """Apply one refusal and let it go; give what is wrong with this one alone."""
    try:
        refusal = _read(path)
    except StoreError as error:
        return error
    try:
        apply(refusal)
    except Contended as error:
        return error
    except (StoreError, OperationalError, InterfaceError, psycopg.OperationalError, psycopg.InterfaceError):
        raise
    except (AvowError, DatabaseError, psycopg.Error, KeyError, TypeError, ValueError) as error:
        return error
    path.unlink()
    _settle(path.parent)
    return None


def _folder() -> Path:
    return config().data / "spool"


def _files() -> list[Path]:
    return sorted(_folder().glob("[0-9]*.json"))


def _read(path: Path) -> dict[str, str | int | None]:
    try:
        found: dict[str, str | int | None] = json.loads(path.read_text())
    except (OSError, ValueError) as error:
        raise StoreError(f"the refusal {path} cannot be read", "read it by eye; no mailing begins before") from error
    return found


def _settle(folder: Path) -> None:
    """Put the folder's own entries on the disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
