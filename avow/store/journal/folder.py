"""Say where the journal of this store lies, and that it is this store's own."""

import json
import os
import secrets
from pathlib import Path

from avow.config import config
from avow.errors import StoreError
from avow.store.server.folder import refused
from avow.store.server.lock import Lock

_BEGUN = "begun.json"
_MISSING = "is its disk away? mount it; where there is no journal any more, `avow setup` begins a new one"


def folder() -> Path:
    """Give the journal's folder."""
    return config().journal or config().data / "journal"


def begin() -> bool:
    """Make the journal's folder if there is none, and say whether it is new; raise StoreError if it cannot be."""
    if begun():
        return False
    try:
        (folder() / "people").mkdir(mode=0o700, parents=True, exist_ok=True)
        folder().chmod(0o700)
        replace(folder() / _BEGUN, json.dumps({"store": ""}).encode())
    except OSError as error:
        raise refused(folder(), error) from error
    return True


def begun() -> bool:
    """Say whether there is a journal."""
    return (folder() / _BEGUN).exists()


def owner() -> str:
    """Give the store whose journal this is, as it is named by its first entry; "" if nothing was written yet."""
    try:
        return str(json.loads((folder() / _BEGUN).read_bytes())["store"])
    except FileNotFoundError as error:
        raise StoreError(f"there is no journal in {folder()}", _MISSING) from error
    except (OSError, ValueError, KeyError) as error:
        raise StoreError(f"the journal in {folder()} cannot be read: {error}", "look at its disk") from error


def written() -> tuple[str, int, int]:
    """Say which file it is that says whose the journal is; another one is another."""
    try:
        found = (folder() / _BEGUN).stat()
    except FileNotFoundError as error:
        raise StoreError(f"there is no journal in {folder()}", _MISSING) from error
    return str(folder()), found.st_ino, found.st_mtime_ns


def claim(store: str) -> None:
    """Take the journal for a store (its name); raise StoreError if it is another's, or not there."""
    known = owner()
    if not known:
        turn = Lock(folder() / "begun.lock")
        turn.wait()
        try:
            known = owner() or store
            replace(folder() / _BEGUN, json.dumps({"store": known}).encode())
        finally:
            turn.release()
    if known != store:
        raise StoreError(
            f"the journal in {folder()} is that of another store",
            "restore that store with `avow restore`, or move its journal away and run `avow setup`",
        )


def replace(path: Path, content: bytes) -> None:
    """Write a file so that it is on the disk, whole, when this returns; what stood there before is there until then."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        draft.rename(path)
    except OSError:
        draft.unlink(missing_ok=True)
        raise
    settle(path.parent)


def settle(path: Path) -> None:
    """Put a folder's own entries on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
