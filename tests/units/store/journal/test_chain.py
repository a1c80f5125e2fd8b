"""Test that what was appended is read again in order, and that nothing of it can be changed unseen."""

import errno
import multiprocessing
import os
from itertools import pairwise
from pathlib import Path

import pytest

from avow.errors import StoreError
from avow.store.journal import chain as module
from avow.store.journal.chain import Chain

pytestmark = pytest.mark.usefixtures("journal")


def written(count: int, begin: int = 0, width: int = 1) -> Chain:
    """Append lines one by one, each as if by a process of its own."""
    chain = Chain("rights")
    for number in range(begin, begin + count):
        module.TAILS.clear()
        with chain.held():
            chain.append([{"number": number, "words": "a" * width * number}])
    return chain


def numbers(chain: Chain, after: int = 0) -> list[int]:
    """Give what stands in the lines."""
    return [int(str(line["number"])) for line in chain.lines(after)]


def test_lines_come_back_in_order_over_many_files(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever its length, each line is there, once, in files that begin anew when they are full."""
    monkeypatch.setattr(module, "SEGMENT", 3_000)
    chain = written(100, width=40)
    assert numbers(chain) == list(range(100))
    assert len(chain.files()) > 10
    assert all(numbers(chain, after) == list(range(after, 100)) for after in (1, 50, 99, 100))
    assert {path.stat().st_mode & 0o077 for path in chain.files()} == {0}


def test_a_line_without_an_end_is_cut_away() -> None:
    """What a crash tore off was told to nobody; what is appended next follows on the last whole line."""
    chain = written(3)
    (path,) = chain.files()
    whole = path.read_bytes()
    for torn in (b"4", b"4 " + b"a" * 70, whole.splitlines()[-1]):
        path.write_bytes(whole + torn)
        assert numbers(chain) == [0, 1, 2]
        module.TAILS.clear()
        with chain.held():
            assert chain.tail().no == 3
        assert path.read_bytes() == whole
    path.write_bytes(b"avow jour")
    written(2)
    assert numbers(chain) == [0, 1]


def test_any_changed_byte_is_found() -> None:
    """One bit of any byte of any file, a line taken out, two lines exchanged: the reader names the place."""
    chain = written(4)
    (path,) = chain.files()
    whole = path.read_bytes()
    for at in range(len(whole) - 1):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        with pytest.raises(StoreError, match=path.name):
            numbers(chain)
    lines = whole.splitlines(keepends=True)
    for changed in ([*lines[:2], *lines[3:]], [lines[0], lines[2], lines[1], *lines[3:]]):
        path.write_bytes(b"".join(changed))
        with pytest.raises(StoreError, match="changed here"):
            numbers(chain)


def test_a_missing_file_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file taken out of the middle, or cut at its end, is found by the one that follows."""
    monkeypatch.setattr(module, "SEGMENT", 500)
    chain = written(20, width=20)
    first, second, *_ = chain.files()
    content = second.read_bytes()
    second.unlink()
    with pytest.raises(StoreError, match="does not go on"):
        numbers(chain)
    second.write_bytes(content[: content[:-1].rfind(b"\n") + 1])
    with pytest.raises(StoreError, match="does not go on"):
        numbers(chain)
    assert first.exists()


def test_a_full_disk_leaves_what_was_there(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the disk does not take whole is not there at all, and is said; the next line goes on from before."""
    chain = written(2)
    (path,) = chain.files()
    whole = path.read_bytes()

    def refuse(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", refuse)
        with pytest.raises(StoreError, match="is full"), chain.held():
            chain.append([{"number": 2, "words": ""}])
    assert path.read_bytes() == whole
    written(1, begin=2)
    assert numbers(chain) == [0, 1, 2]


def test_no_journal_no_line(journal: Path) -> None:
    """Where the folder is away, nothing is written beside it."""
    (journal / "begun.json").unlink()
    with pytest.raises(StoreError, match="no journal"), Chain("rights").held():
        pass


def _append(start: int) -> None:
    chain = Chain("rights")
    for number in range(50):
        with chain.held():
            chain.append([{"number": start + number}])


def test_processes_append_side_by_side() -> None:
    """Four processes at once: every line is there, each process's in its own order."""
    context = multiprocessing.get_context("fork")
    with context.Pool(4) as pool:
        pool.map(_append, [0, 1000, 2000, 3000], chunksize=1)
    found = numbers(Chain("rights"))
    assert len(found) == len(set(found)) == 200
    for start in (0, 1000, 2000, 3000):
        own = [number for number in found if start <= number < start + 1000]
        assert all(one + 1 == two for one, two in pairwise(own))
