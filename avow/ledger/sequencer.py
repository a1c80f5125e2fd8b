"""Give waiting entries their place in the tree, and sign a checkpoint over it."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from avow.config import config
from avow.errors import LedgerError
from avow.ledger.keys import alone, ring, seed
from avow.ledger.merkle.checkpoint import Checkpoint
from avow.ledger.merkle.frontier import Frontier
from avow.ledger.merkle.tiles import Full
from avow.store.journal.head import head, not_behind

BATCH = 20_000
_LAST = "SELECT size, root, note, frontier FROM checkpoint ORDER BY size DESC LIMIT 1"
_PLACED = "SELECT coalesce((SELECT index + 1 FROM leaf ORDER BY index DESC LIMIT 1), 0)"
COUNT = """
INSERT INTO counted (kind, entries, covers, since) SELECT kind, count(*), sum(covers), min(at) FROM found GROUP BY kind
ON CONFLICT (kind) DO UPDATE SET entries = counted.entries + excluded.entries,
  covers = counted.covers + excluded.covers, since = least(counted.since, excluded.since)
"""
"""Count what was found by kind."""
_PLACE = f"""
WITH taken AS (
  DELETE FROM waiting WHERE entry_id = ANY(ARRAY(SELECT entry_id FROM waiting ORDER BY entry_id LIMIT %s))
  RETURNING entry_id
), found AS MATERIALIZED (
  SELECT id, kind, at, length(covers) / 32 AS covers, sha256('\\x00'::bytea || data) AS hash
  FROM taken JOIN entry ON id = entry_id
), placed AS (
  INSERT INTO leaf (index, entry_id, hash)
  SELECT %s + row_number() OVER (ORDER BY id) - 1, id, hash FROM found
  RETURNING index, hash
), count AS ({COUNT})
SELECT hash FROM placed ORDER BY index
"""
TILES = "INSERT INTO tile (level, number, hash) SELECT * FROM unnest(%s::smallint[], %s::bigint[], %s::bytea[])"
_SIGN = "INSERT INTO checkpoint (size, at, root, note, frontier) VALUES (%s, now(), %s, %s, %s)"
_REPAIR = "run avow ledger fsck; restore the ledger from a backup that it accepts"


@dataclass(frozen=True, slots=True)
class _Last:
    """The log's name and the tree that was last signed, to go on from."""

    origin: str
    tree: Frontier


def sequence(limit: int = BATCH) -> int:
    """Place up to `limit` waiting entries in the order of their ids, sign a checkpoint, and give their number.

    All in one transaction of its own: what is killed leaves the state before or after. One sequencer works at a
    time, a second waits for it. Raises LedgerError, and signs nothing, if the tree is not the one last signed, and
    StoreError if the store is older than what was published: another history would be signed.
    """
    known = head()
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        alone(cursor)
        last = _last(cursor)
        not_behind(last.tree.size, known)
        cursor.execute(_PLACE, [limit, last.tree.size])
        hashes = [bytes(row[0]) for row in cursor.fetchall()]
        if hashes:
            full = list[Full]()
            last.tree.extend(hashes, full)
            if full:
                cursor.execute(TILES, [list(column) for column in zip(*full, strict=True)])
            _sign(cursor, last)
    return len(hashes)


def _last(cursor: CursorWrapper) -> _Last:
    """Take up the last checkpoint, if note, root, edge and leaves agree on it.

    The new tree is computed from that edge, so it begins with the old one: the proof of consistency is this fold.
    """
    cursor.execute(_LAST)
    row = cursor.fetchone()
    last = _opened(*row) if row else _Last(origin(), Frontier())
    cursor.execute(_PLACED)
    placed = cursor.fetchone()[0]
    if placed != last.tree.size:
        raise LedgerError(f"there are {placed} leaves, but {last.tree.size} were signed", _REPAIR)
    return last


def _opened(size: int, root: bytes, note: str, edge: bytes) -> _Last:
    signed = ring().opened(note)
    tree = Frontier(size, bytes(edge))
    if not (signed.size == size and signed.root == bytes(root) == tree.root):
        raise LedgerError(f"the checkpoint of size {size} is not the one that was signed", _REPAIR)
    return _Last(signed.origin, tree)


def _sign(cursor: CursorWrapper, last: _Last) -> None:
    tree = last.tree
    note = Checkpoint(last.origin, tree.size, tree.root).sign(seed())
    cursor.execute(_SIGN, [tree.size, tree.root, note, tree.packed])


def origin() -> str:
    """Give the name that a new log takes for life: the address of the site without its scheme, then /log."""
    return urlsplit(config().site or f"http://{config().bind}").netloc + "/log"
