"""Write a folder of files that appears whole or not at all, and know the size and hash of each."""

import json
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from tempfile import mkdtemp
from typing import Final

from avow.errors import LedgerError
from avow.record.opening.lines import Line, plain

_TICK: Final = 1_000
"""Lines that are written between two steps of the bar."""
_encode: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=plain).encode


@dataclass(slots=True)
class Draft:
    """An export that is being written: its folder, and of each file its size, hash and number of lines."""

    folder: Path
    files: dict[str, dict[str, object]] = field(default_factory=dict)

    def lines(self, name: str, found: Iterable[Line], tick: Callable[[int], None]) -> int:
        """Write a part, a line of JSON for each of its rows."""
        digest, size, number = sha256(), 0, 0
        with (self.folder / f"{name}.jsonl").open("wb") as file:
            for number, line in enumerate(found, 1):
                data = _encode(line).encode() + b"\n"
                digest.update(data)
                size += file.write(data)
                if number % _TICK == 0:
                    tick(_TICK)
        tick(number % _TICK)
        self.files[f"{name}.jsonl"] = {"bytes": size, "lines": number, "sha256": digest.hexdigest()}
        return number

    def text(self, name: str, words: str) -> None:
        """Write a file of the policy as it is."""
        data = words.encode()
        path = self.folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(data)
        self.files[name] = {"bytes": len(data), "lines": 0, "sha256": sha256(data).hexdigest()}


@contextmanager
def drafted(folder: Path) -> Iterator[Path]:
    """Give a folder to write to, which gets its name when all is written; what is interrupted leaves nothing."""
    if folder.exists():
        raise LedgerError(f"{folder} is there already", "name a folder that is not")
    draft: Path | None = None
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        draft = Path(mkdtemp(prefix=f".{folder.name}.draft-", dir=folder.parent))
        yield draft
        draft.rename(folder)
    except OSError as error:
        raise LedgerError(f"{folder} cannot be written: {error.strerror}", "look at the disk and the rights") from error
    finally:
        if draft is not None:
            shutil.rmtree(draft, ignore_errors=True)
