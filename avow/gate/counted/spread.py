"""Say by how much a hidden cell could differ, for whoever knows every sum and every cell that is shown; pure."""

from collections.abc import Collection, Iterator, Sequence
from typing import Final

Cell = tuple[int, int]
"""A row and a column."""
Values = Sequence[Sequence[int]]
Node = tuple[bool, int]
"""A row (False) or a column (True)."""
_ENDLESS: Final = 1 << 62


def spread(values: Values, hidden: Collection[Cell], cell: Cell, enough: int) -> int:
    """Give how wide the range of a hidden cell is, counted no further than `enough`.

    Rows and columns keep their sums, and no cell is below nought. A cell grows along a way from its column back to its
    row on which hidden cells shrink and grow in turn, and shrinks along one the other way round: so the range is what
    can flow (Gusfield, A graph theoretic approach to statistical data security, 1988).
    """
    row, column = cell
    ties = _ties([one for one in hidden if one != cell])
    more = _flow(values, ties, ((True, column), (False, row)), enough)
    less = _flow(values, ties, ((False, row), (True, column)), min(values[row][column], enough - more))
    return more + less


def _ties(hidden: Collection[Cell]) -> dict[Node, list[Node]]:
    found: dict[Node, list[Node]] = {}
    for row, column in hidden:
        found.setdefault((False, row), []).append((True, column))
        found.setdefault((True, column), []).append((False, row))
    return found


def _flow(values: Values, ties: dict[Node, list[Node]], ends: tuple[Node, Node], enough: int) -> int:
    """Give how much flows from one end to the other: into a column without end, out of it what its cell holds."""
    held = {(row, column): values[row][column] for (late, row) in ties if not late for _, column in ties[False, row]}
    found = 0
    while found < enough and (way := _way(held, ties, ends)):
        least = min(held[cell] if shrinks else _ENDLESS for cell, shrinks in way)
        least = min(least, enough - found)
        for cell, shrinks in way:
            held[cell] += -least if shrinks else least
        found += least
    return found


def _way(held: dict[Cell, int], ties: dict[Node, list[Node]], ends: tuple[Node, Node]) -> list[tuple[Cell, bool]]:
    """Find a shortest way, as the cells on it and whether each shrinks; none is empty."""
    start, goal = ends
    before: dict[Node, Node] = {start: start}
    edge = [start]
    while edge and goal not in before:
        edge = [node for here in edge for node in _onward(held, ties, before, here)]
    return list(_back(before, goal)) if goal in before else []


def _onward(
    held: dict[Cell, int], ties: dict[Node, list[Node]], before: dict[Node, Node], here: Node
) -> Iterator[Node]:
    late, number = here
    for node in ties.get(here, ()):
        if node not in before and (not late or held[node[1], number]):
            before[node] = here
            yield node


def _back(before: dict[Node, Node], node: Node) -> Iterator[tuple[Cell, bool]]:
    while (last := before[node]) != node:
        shrinks = last[0]
        yield ((node[1], last[1]) if shrinks else (last[1], node[1])), shrinks
        node = last
