"""Leave a trail on the disk of what was begun on the wire, so that whoever comes after a crash knows what was not."""

import os
import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from mmap import mmap
from pathlib import Path
from struct import Struct
from typing import Final
from uuid import UUID

from avow.config import config
from avow.mail.queue.rows import DELIVERIES, SINGLES
from avow.record.upkeep import upkeep
from avow.store.server.columns import bigints, byteas, columnar, packed_uuids
from avow.store.server.lock import Lock

Entry = tuple[UUID, bytes, int]
"""A row that was marked: its key, its reach, and the decision that let it out, which no other attempt has."""

_ROW: Final = Struct("!?16s32sq")
_MOST: Final = 1024
"""Rows of one batch that are noted."""
_SLOT: Final = 4 + _ROW.size * _MOST
_HEAD: Final = 36
_BOOT: Final = Path("/proc/sys/kernel/random/boot_id")
_BACK: Final = """
UPDATE {table} AS t SET state = 'waiting', lease = NULL
FROM unnest(%s, %s, %s) AS c(key, reach, decision)
WHERE t.{key} = c.key AND t.reach = c.reach AND t.decision = c.decision AND t.state = 'sending'
"""


class Trail:
    """Two batches, each row with a mark that is set when its final dot begins; it stays when the process is killed."""

    def __init__(self, memory: mmap | bytearray) -> None:
        """Write into memory that outlives us."""
        self._memory, self._turn = memory, 0

    def lay(self, rows: Sequence[Entry]) -> Callable[[int], None]:
        """Note a batch before it is marked, in the place of the last but one; give what notes that a dot begins."""
        start = _HEAD + _SLOT * self._turn
        self._turn = 1 - self._turn
        self._memory[start : start + 4] = bytes(4)
        noted = b"".join(_ROW.pack(False, key.bytes, reach, decision) for key, reach, decision in rows[:_MOST])
        self._memory[start + 4 : start + 4 + len(noted)] = noted
        self._memory[start : start + 4] = len(rows[:_MOST]).to_bytes(4, "big")
        memory, first, last = self._memory, start + 4, len(rows[:_MOST])

        def begun(number: int) -> None:
            if number < last:
                memory[first + number * _ROW.size] = 1

        return begun


@contextmanager
def trail() -> Iterator[Trail]:
    """Keep a trail while the block runs; where the disk takes none, all that a crash leaves is in doubt."""
    lock = Lock(_folder() / secrets.token_hex(8))
    try:
        _folder().mkdir(mode=0o700, parents=True, exist_ok=True)
        memory = _mapped(lock)
    except OSError:
        yield Trail(bytearray(_HEAD + 2 * _SLOT))
        return
    try:
        yield Trail(memory)
    finally:
        memory.close()
        lock.path.unlink(missing_ok=True)
        lock.release()


def follow() -> int:
    """Let wait again what a worker that is no more had marked and not begun; give how many; the rest is in doubt."""
    return sum(_followed(path) for path in _folder().glob("*"))


def _followed(path: Path) -> int:
    lock = Lock(path)
    try:
        if not lock.seize(write=False) or not path.exists():
            return 0
        rows = _unbegun(path.read_bytes())
        found = _let_wait(rows) if rows else 0
        path.unlink(missing_ok=True)
        return found
    finally:
        lock.release()


def _unbegun(noted: bytes) -> list[tuple[bytes, bytes, int]]:
    """Read which rows were not begun; none if the machine was started since, for then the disk may know less."""
    if len(noted) != _HEAD + 2 * _SLOT or noted[:_HEAD] != _boot():
        return []
    rows = []
    for start in (_HEAD, _HEAD + _SLOT):
        count = min(_MOST, int.from_bytes(noted[start : start + 4], "big"))
        rows += list(_ROW.iter_unpack(noted[start + 4 : start + 4 + count * _ROW.size]))
    return [(key, reach, decision) for begun, key, reach, decision in rows if not begun]


def _let_wait(rows: Sequence[tuple[bytes, bytes, int]]) -> int:
    keys, reaches, decisions = zip(*rows, strict=True)
    with upkeep() as cursor, columnar(cursor) as asking:
        found = 0
        for queue in (DELIVERIES, SINGLES):
            words = [packed_uuids(keys), byteas(reaches), bigints(decisions)]
            found += asking.tell(_BACK.format(table=queue.table, key=queue.key), words)
    return found


def _mapped(lock: Lock) -> mmap:
    """Make the file, with room on the disk for all of it, and hold it as long as we live."""
    descriptor = os.open(lock.path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        os.posix_fallocate(descriptor, 0, _HEAD + 2 * _SLOT)
        lock.seize(write=False)
        memory = mmap(descriptor, _HEAD + 2 * _SLOT)
    except OSError:
        with suppress(OSError):
            lock.path.unlink()
        raise
    finally:
        os.close(descriptor)
    memory[:_HEAD] = _boot()
    return memory


def _boot() -> bytes:
    """Name this run of the machine."""
    try:
        return _BOOT.read_bytes().strip().ljust(_HEAD)[:_HEAD]
    except OSError:
        return bytes(_HEAD)


def _folder() -> Path:
    return config().data / "wire"
