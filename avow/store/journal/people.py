"""Keep what people corrected beside the journal, a folder for each, which dies when its person is forgotten."""

import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path

from avow.errors import StoreError
from avow.store.journal.folder import begun, folder, replace, settle
from avow.store.server.folder import refused


def put(whose: bytes, entry: int, content: Mapping[str, object]) -> None:
    """Keep what an entry did about a person (a keyed digest), on the disk when this returns; StoreError if it is not.

    Written before the entry is committed: without the entry's line in the journal it means nothing.
    """
    if not begun():
        raise StoreError(f"there is no journal in {folder()}", "is its disk away? `avow doctor` says more")
    place = _place(whose)
    try:
        if not place.exists():
            place.mkdir(mode=0o700, parents=True, exist_ok=True)
            settle(place.parent)
        replace(place / f"{entry}.json", json.dumps(content, ensure_ascii=False).encode())
    except OSError as error:
        raise refused(folder(), error) from error


def get(whose: bytes, entry: int) -> Mapping[str, object] | None:
    """Give what was kept of an entry about a person; None if that person was forgotten."""
    try:
        found: Mapping[str, object] = json.loads((_place(whose) / f"{entry}.json").read_bytes())
    except FileNotFoundError:
        return None
    except ValueError as error:
        raise StoreError(f"{_place(whose) / f'{entry}.json'} cannot be read", "restore it from a copy") from error
    return found


def let_go(whose: bytes, entry: int) -> None:
    """Forget what was kept of one entry about a person: it stands no more, and no restore brings it back."""
    path = _place(whose) / f"{entry}.json"
    _blank(path)
    path.unlink(missing_ok=True)


def drop(whose: bytes) -> None:
    """Forget what was kept of a person: the bytes are written over before the files go."""
    place = _place(whose)
    for path in _files(place):
        _blank(path)
    if place.exists():
        shutil.rmtree(place)
        settle(place.parent)


def _blank(path: Path) -> None:
    with suppress(FileNotFoundError), path.open("r+b") as file:
        file.write(b"\0" * path.stat().st_size)
        file.flush()
        os.fsync(file.fileno())


def _files(place: Path) -> Iterator[Path]:
    return place.glob("*") if place.exists() else iter(())


def _place(whose: bytes) -> Path:
    return folder() / "people" / whose.hex()
