"""Remember outside the database how far the ledger came, so that a store which is older is known for one."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from avow.errors import StoreError
from avow.store.journal.folder import folder, replace

_FILE = "head.json"


@dataclass(frozen=True, slots=True)
class Head:
    """The newest checkpoint that the journal holds: its size and root (hex), and the highest id of an entry."""

    size: int = 0
    root: str = ""
    last: int = 0


_read: dict[Path, tuple[int, int, Head]] = {}


def head() -> Head:
    """Give the head; of size 0 where there is no journal. It is read again only when its file is another."""
    path = folder() / _FILE
    try:
        found = path.stat()
    except OSError:
        return Head()
    known = _read.get(path)
    if known is None or known[:2] != (found.st_ino, found.st_mtime_ns):
        try:
            known = found.st_ino, found.st_mtime_ns, Head(**json.loads(path.read_bytes()))
        except (OSError, ValueError, TypeError) as error:
            raise StoreError(f"{path} cannot be read: {error}", "restore it from a copy of the journal") from error
        _read[path] = known
    return known[2]


def raise_head(new: Head) -> None:
    """Put another head in the place of the old one."""
    replace(folder() / _FILE, json.dumps(asdict(new)).encode())


def not_behind(size: int | None, known: Head) -> None:
    """Refuse a store whose newest checkpoint (its size) is older than the last one that was published.

    `known` is the head as it was *before* the store was asked for its size: else a checkpoint that is signed
    meanwhile would make a store seem older. Raises StoreError: refusals that came since may be missing in it.
    """
    published = known.size
    if (size or 0) < published:
        raise StoreError(
            f"this store ends at leaf {size or 0} of the ledger, and {published} were published: it is older",
            "nothing is used before what is missing is put back: run `avow restore --replay`",
        )
