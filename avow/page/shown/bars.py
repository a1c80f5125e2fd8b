"""Lay out figures as bars that a template draws as SVG: one line for each thing, its parts side by side."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

WIDE: Final = 600
"""Units of the longest bar."""
_LEAST: Final = 2.0
"""Units that a part has at least, so that one among many is seen."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a bar: what it is, how many, where it begins and how wide it is."""

    name: str
    count: int
    x: float
    width: float


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar: its name, the sum of its parts, the parts."""

    name: str
    total: int
    pieces: tuple[Piece, ...]


def bars(rows: Mapping[str, Mapping[str, int]], order: Sequence[str]) -> tuple[Bar, ...]:
    """Give a bar for each row, its parts in this order, all to the scale of the longest."""
    longest = max((sum(parts.values()) for parts in rows.values()), default=0)
    return tuple(_bar(name, parts, order, longest) for name, parts in rows.items() if sum(parts.values()))


def _bar(name: str, parts: Mapping[str, int], order: Sequence[str], longest: int) -> Bar:
    pieces, x = [], 0.0
    for part in [*order, *sorted(set(parts) - set(order))]:
        count = parts.get(part, 0)
        if count:
            width = max(_LEAST, round(WIDE * count / longest, 1))
            pieces.append(Piece(part, count, round(x, 1), width))
            x += width
    return Bar(name, sum(parts.values()), tuple(pieces))
