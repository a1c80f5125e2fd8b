"""Read a block of rules as TOML, and know on which line of the file each key stands."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from avow.policy.grammar.faults import Faults

Path = tuple[str, ...]
"""The names that lead to a key: table, table, key."""
_HEADER = re.compile(r"^\s*\[(?!\[)([^\[\]]+)\]\s*(?:#.*)?$")
_KEY = re.compile(r"^\s*((?:[A-Za-z0-9_-]+|\"[^\"]*\"|'[^']*')(?:\s*\.\s*(?:[A-Za-z0-9_-]+|\"[^\"]*\"))*)\s*=")
_PLACE = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)")


@dataclass(frozen=True, slots=True)
class Block:
    """The tables of one block, the line of each key path (1-based, in the file), and where the block stands."""

    values: Mapping[str, Any]
    lines: Mapping[Path, int]
    line: int
    stretch: int

    def line_of(self, path: Path) -> int:
        """Give the line of a key, or where it begins; else of the nearest table around it."""
        while path:
            if within := [line for known, line in self.lines.items() if known[: len(path)] == path]:
                return min(within)
            path = path[:-1]
        return self.line


def block(text: str, line: int, stretch: int, faults: Faults) -> Block | None:
    """Read the text of a block whose first line stands at `line`; None if it is not TOML, which is noted."""
    values = toml(text, line, faults)
    return None if values is None else Block(values, dict(_lines(text, line, values)), line, stretch)


def toml(text: str, line: int, faults: Faults) -> dict[str, Any] | None:
    """Read TOML whose first line stands at `line`; None with a fault that names the line otherwise."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        place = _PLACE.search(str(error))
        at = line + int(place[1]) - 1 if place and place[1] else line + max(text.count("\n") - 1, 0)
        what = _PLACE.sub("", str(error))
        faults.add(f"this is not TOML: {what}", at, hint="write key = value, with text in quotes")
        return None


def _lines(text: str, first: int, values: Mapping[str, Any]) -> Iterator[tuple[Path, int]]:
    """Find the line of each table and key; what only looks like one, inside a long value, names no path."""
    table: Path = ()
    for number, row in enumerate(text.split("\n"), first):
        header, key = _HEADER.match(row), _KEY.match(row)
        if header and (path := _path(f"[{header[1]}]")) and _holds(values, path):
            table = path
            yield table, number
        elif key and (path := table + _path(f"{key[1]} = 0")) and _holds(values, path):
            yield path, number


def _path(row: str) -> Path:
    try:
        found: Any = tomllib.loads(row)
    except tomllib.TOMLDecodeError:
        return ()
    path: list[str] = []
    while isinstance(found, dict) and found:
        name, found = next(iter(found.items()))
        path.append(name)
    return tuple(path)


def _holds(values: object, path: Path) -> bool:
    for name in path:
        if not isinstance(values, Mapping) or name not in values:
            return False
        values = values[name]
    return True
