"""Lay out what was counted as tables that may be told: figures rounded, hidden, or folded into one."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from avow.gate.counted.withhold import LEAST, fold, told, withhold, withhold_alone

OTHERS: Final = "all others together"
PEOPLE: Final = "People"
SENT: Final = "Sent to"

Counts = Mapping[tuple[str, ...], int]
"""How many people are of each kind: of a first thing, or of a first and a second."""


@dataclass(frozen=True, slots=True)
class Table:
    """Figures that may be told: a title, the names of the columns, rows by their name; None is hidden.

    `total` are all people of the table; None where it is not told, for one person may stand in several rows.
    """

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[int | None, ...]], ...]
    total: int | None = None


@dataclass(frozen=True, slots=True)
class Kinds:
    """Kinds that are shown, each by itself or as all others together: the name and which kinds it holds, its people."""

    groups: tuple[tuple[str, tuple[str, ...]], ...]
    people: tuple[int, ...]


def kinds(counts: Counts) -> Kinds:
    """Part people by one thing that each of them is; nothing where they are too few."""
    if sum(counts.values()) < LEAST:
        return Kinds((), ())
    by_name = {kind: count for (kind,), count in counts.items() if count}
    shown, others = fold(by_name)
    groups = [(kind, (kind,)) for kind in shown] + ([(OTHERS, tuple(others))] if others else [])
    return Kinds(tuple(groups), tuple(sum(by_name[kind] for kind in held) for _, held in groups))


def simple(title: str, found: Kinds) -> Iterator[Table]:
    """Give the table of people by one thing."""
    if found.groups:
        names = (name for name, _ in found.groups)
        rows = ((name, (told(people),)) for name, people in zip(names, found.people, strict=True))
        yield Table(title, (PEOPLE,), tuple(rows), told(sum(found.people)))


def crossed(title: str, pairs: Counts, first: Kinds, second: Kinds) -> Iterator[Table]:
    """Give the table of people by two things, beside the tables of each."""
    values = _grouped(pairs, [held for _, held in first.groups], second)
    hidden = withhold(values) if len(first.groups) > 1 and len(second.groups) > 1 else None
    if hidden is None or len(hidden) == len(first.groups) * len(second.groups):
        return
    rows = (
        (name, tuple(None if (row, place) in hidden else told(value) for place, value in enumerate(line)))
        for row, ((name, _), line) in enumerate(zip(first.groups, values, strict=True))
    )
    yield Table(title, tuple(name for name, _ in second.groups), tuple(rows))


def apart(title: str, pairs: Counts, second: Kinds) -> Iterator[Table]:
    """Give a table whose rows overlap, each with its sum: of a first thing, by the kinds of people of another table.

    Nobody stands twice in one row, so that no figure of a row is above the people of its kind.
    """
    names = sorted({name for name, *_ in pairs})
    sums = {name: sum(count for (first, *_), count in pairs.items() if first == name) for name in names}
    rows = []
    for name in sorted((name for name in names if sums[name] >= LEAST), key=lambda name: (-sums[name], name)):
        (line,) = _grouped(pairs, [(name,)], second)
        hidden = withhold_alone(line, second.people) if second.groups else frozenset()
        if hidden is not None:
            shown = (None if place in hidden else told(value) for place, value in enumerate(line))
            rows.append((name, (told(sums[name]), *shown)))
    if rows:
        yield Table(title, (PEOPLE, *(name for name, _ in second.groups)), tuple(rows))


def taken(title: str, counts: Sequence[tuple[str, int, int]]) -> Iterator[Table]:
    """Give for each thing that was offered, and how often it was offered and taken, what may be told of it."""
    rows = []
    for name, offered, took in counts:
        if offered >= LEAST:
            hidden = withhold_alone((took, offered - took), (offered, offered))
            rows.append((name, (told(offered), told(took) if hidden == frozenset() else None)))
    if rows:
        yield Table(title, (SENT, "Ordered after it"), tuple(rows))


def _grouped(pairs: Counts, rows: Sequence[Collection[str]], second: Kinds) -> list[list[int]]:
    return [[sum(pairs.get((a, b), 0) for a in row for b in held) for _, held in second.groups] for row in rows]
