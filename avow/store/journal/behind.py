"""Find out at every start whether the store is older than what it published, and keep its next entries apart."""

import sys

import psycopg

from avow.errors import StoreError
from avow.store.journal.chain import Chain
from avow.store.journal.head import head, not_behind

_SIZE = "SELECT size FROM checkpoint ORDER BY size DESC LIMIT 1"
_ROOT = "SELECT root FROM checkpoint WHERE size = %s"


def behind(found: psycopg.Connection) -> StoreError | None:
    """Say what is wrong with a store that is behind its journal, or is not the journal's; None if nothing is.

    Entries that are written before it is mended take ids that no entry of the journal has.
    """
    try:
        known = head()
        row = found.execute(_SIZE).fetchone()
        not_behind(row[0] if row else None, known)
        root = found.execute(_ROOT, [known.size]).fetchone() if known.size else None
        if known.size and (root is None or bytes(root[0]).hex() != known.root):
            return StoreError(
                f"checkpoint {known.size} of this store is not the one in its journal",
                "run avow ledger fsck, and move the journal away if it is that of another store",
            )
    except StoreError as error:
        _apart(found)
        return error
    return None


def tell(found: psycopg.Connection) -> None:
    """Say on stderr what is wrong with a store; pages are served all the same, and refusals are received."""
    wrong = behind(found)
    if wrong:
        sys.stderr.write(f"avow: {wrong}\n")


def last_entry() -> int:
    """Give the highest id of an entry that the journal knows of."""
    line = Chain("rights").tail().line or {}
    return max(head().last, int(str(line.get("entry", 0))))


def _apart(found: psycopg.Connection) -> None:
    """Let ids begin beyond those of the journal."""
    row = found.execute("SELECT nextval('entry_id_seq')").fetchone()
    lacks = last_entry() - (row[0] if row else 0)
    if lacks > 0:
        found.execute("SELECT count(nextval('entry_id_seq')) FROM generate_series(1, %s)", [lacks])
