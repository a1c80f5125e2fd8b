"""Read an export: its manifest, its parts line by line, each byte against the hash that the manifest gives."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from avow_audit.report import Report

FORMAT = "avow/export/v1"
PARTS = (
    "entries",
    "leaves",
    "checkpoints",
    "versions",
    "bits",
    "notices",
    "stamps",
    "lists",
    "links",
    "choices",
    "persons",
    "addresses",
    "items",
    "enclosed",
    "possessions",
    "mailings",
    "messages",
    "letters",
    "organizations",
    "orders",
    "disclosures",
    "recalls",
    "disclosed",
)
"""The parts that an export has, beside the files of the policy."""
_CHUNK = 1 << 20

Line = dict[str, Any]
Tick = Callable[[int], None]


class Unreadable(Exception):
    """There is nothing that could be checked."""


@dataclass(frozen=True, slots=True)
class Export:
    """A folder with a manifest; `keys` are the verifier keys that it names, `parts` the lines of each part."""

    folder: Path
    keys: tuple[str, ...]
    at: str
    files: dict[str, dict[str, Any]]
    report: Report
    tick: Tick

    @property
    def size(self) -> int:
        """Count the lines of all parts."""
        return sum(int(self.files[f"{part}.jsonl"]["lines"]) for part in PARTS)

    def whole(self) -> bool:
        """Compare each file with its size and hash; report what is missing, cut off or altered."""
        before = self.report.wrong
        for name, told in self.files.items():
            path = self.folder / name
            if not path.is_file():
                self.report.add(f"{name} is missing")
            elif path.stat().st_size < int(told["bytes"]):
                self.report.add(f"{name} is cut off: {path.stat().st_size} of {told['bytes']} bytes are there")
            elif _digest(path) != told["sha256"]:
                self.report.add(f"{name} was altered: its hash is not the one in the manifest")
        return self.report.wrong == before

    def text(self, name: str) -> str:
        """Give a file of the policy; "" if the manifest knows none of this name."""
        return (self.folder / name).read_bytes().decode() if name in self.files else ""

    def lines(self, part: str) -> Iterator[tuple[str, Line]]:
        """Give each line of a part with its place; one that is no map is reported and left out."""
        with (self.folder / f"{part}.jsonl").open("rb") as file:
            for number, written in enumerate(file, 1):
                place = f"{part}.jsonl line {number}"
                try:
                    line = json.loads(written)
                except (ValueError, RecursionError) as error:
                    self.report.add(f"{place} is no JSON: {error}")
                    continue
                self.tick(1)
                if isinstance(line, dict):
                    yield place, line
                else:
                    self.report.add(f"{place} is no map")

    def each(self, part: str, act: Callable[[Line], object]) -> None:
        """Do something with each line of a part; report a line that is not what the format says."""
        for place, line in self.lines(part):
            self.guarded(place, act, line)

    def guarded(self, place: str, act: Callable[[Line], object], line: Line) -> None:
        """Do something with a line; report it if it is not what the format says."""
        try:
            act(line)
        except (KeyError, TypeError, ValueError, AttributeError, OverflowError, LookupError) as error:
            self.report.add(f"{place} is not what the format says: {type(error).__name__} {error}")


def export(folder: Path, report: Report, tick: Tick) -> Export:
    """Open an export; raise Unreadable, in words, if there is none."""
    path = folder / "manifest.json"
    try:
        told = json.loads(path.read_bytes())
        files = {str(name): dict(one) for name, one in told["files"].items()}
        keys, at = tuple(map(str, told["keys"])), str(told["at"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise Unreadable(f"{path} is no manifest of an export: {type(error).__name__} {error}") from error
    if told.get("format") != FORMAT:
        raise Unreadable(f"{path} names the format {told.get('format')!r}, and this checker reads {FORMAT!r}")
    for part in PARTS:
        if f"{part}.jsonl" not in files:
            raise Unreadable(f"{path} lists no {part}.jsonl: an export has all of {', '.join(PARTS)}")
    for name, one in files.items():
        if Path(name).is_absolute() or ".." in Path(name).parts:
            raise Unreadable(f"{path} lists {name!r}, which is outside of the export")
        if not all(isinstance(one.get(word), int) for word in ("bytes", "lines")) or "sha256" not in one:
            raise Unreadable(f"{path} does not say how long {name} is")
    return Export(folder, keys, at, files, report, tick)


def _digest(path: Path) -> str:
    digest = sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()
