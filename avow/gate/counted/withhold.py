"""Hide each figure that is about few, and as many beside it as it takes that none of them can be worked out.

What is hidden beside is picked by chance, the small sooner than the large: if it were always the smallest, whoever
knows the rule would know between which bounds it lies, and so what the few are.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from random import SystemRandom
from typing import Final, TypeVar

from avow.gate.counted.spread import Cell, Values, spread
from avow.policy.proof.keeps import keeps
from avow.terms import Promise

LEAST: Final = 10
"""People that a figure is about at least, and the width at least of the range in which a hidden one stays."""
STEP: Final = 5
"""What every figure that is told is rounded to."""
_CHANCE: Final = SystemRandom()
_Any = TypeVar("_Any")
_SMALL: Final = 50
_NEARLY_ALL: Final = 0.9
"""Of fewer people than this, a figure that is about more than this part of them tells of each."""


def told(figure: int) -> int:
    """Round a figure that may be told; none is told as less than the least."""
    return max(LEAST, (figure + STEP // 2) // STEP * STEP)


@keeps(Promise.INSIGHT_KINDS)
def fold(counts: Mapping[str, int]) -> tuple[list[str], list[str]]:
    """Part kinds into those that are shown and those that are told as one, the largest first.

    The others are at least two kinds with at least the least together, so that neither their sum nor the total tells
    of one of them: kinds that could be shown go with them if need be. Where nearly all of few are of one kind, no kind
    is shown. Kinds that nobody is of are not to be among them.
    """
    order = sorted(counts, key=lambda kind: (-counts[kind], kind))
    if order and _tells_of_all(counts[order[0]], sum(counts.values())):
        return [], order
    shown = [kind for kind in order if counts[kind] >= LEAST]
    others = order[len(shown) :]
    while others and shown and (len(others) == 1 or sum(counts[kind] for kind in others) < LEAST):
        more = pick(shown, [counts[kind] for kind in shown])
        shown.remove(more)
        others.append(more)
    return shown, others


@keeps(Promise.INSIGHT_KINDS)
def withhold(values: Values) -> frozenset[Cell] | None:
    """Give the cells of a table that are hidden, where the sums of its rows and of its columns are told.

    Whoever knows these sums, every cell that is shown, and that no cell is below nought finds for each hidden cell a
    range at least as wide as the least. None where even with all cells hidden one is not: that is so only where a sum
    is below the least, or there is but one row or column.
    """
    every = {(row, column) for row, line in enumerate(values) for column in range(len(line))}
    hidden = {cell for cell in every if _small(values, cell)}
    waiting = sorted(hidden)
    while waiting:
        if spread(values, hidden, waiting[-1], LEAST) >= LEAST:
            waiting.pop()
            continue
        if hidden == every:
            return None
        more = _beside(values, hidden, sorted(every - hidden), waiting[-1])
        hidden.add(more)
        waiting.insert(0, more)
    return frozenset(hidden)


@keeps(Promise.INSIGHT_KINDS)
def withhold_alone(line: Sequence[int], most: Sequence[int]) -> frozenset[int] | None:
    """Give the places of a row that are hidden, where its sum is told, and how much each place can hold at most.

    As in a table, each hidden figure keeps its range. None where even with all hidden one does not: then the row is not
    to be told at all.
    """
    total = sum(line)
    hidden = {place for place, value in enumerate(line) if value < LEAST or _tells_of_all(value, total)}
    while any(_room(line, most, hidden, place) < LEAST for place in hidden):
        if len(hidden) == len(line):
            return None
        shown = [place for place in range(len(line)) if place not in hidden]
        hidden.add(pick(shown, [line[place] for place in shown]))
    return frozenset(hidden)


def _room(line: Sequence[int], most: Sequence[int], hidden: Collection[int], place: int) -> int:
    """Give how wide the range of a hidden place is: it grows as others shrink, and shrinks as others grow."""
    others = [one for one in hidden if one != place]
    more = min(most[place] - line[place], sum(line[one] for one in others))
    less = min(line[place], sum(most[one] - line[one] for one in others))
    return more + less


def _small(values: Values, cell: Cell) -> bool:
    row, column = cell
    value = values[row][column]
    sums = sum(values[row]), sum(line[column] for line in values)
    return value < LEAST or any(_tells_of_all(value, one) for one in sums)


def _tells_of_all(value: int, total: int) -> bool:
    """Say whether nearly all of few people are told of by one figure."""
    return total < _SMALL and value > _NEARLY_ALL * total


def _beside(values: Values, hidden: Collection[Cell], shown: Sequence[Cell], cell: Cell) -> Cell:
    """Pick what is hidden next: where the cell is alone in its row or column, there; else where it closes a ring."""
    rows, columns = Counter(row for row, _ in hidden), Counter(column for _, column in hidden)
    row, column = cell
    wanted = (
        [one for one in shown if one[0] == row and rows[row] == 1],
        [one for one in shown if one[1] == column and columns[column] == 1],
        [one for one in shown if rows[one[0]] and columns[one[1]]],
        [one for one in shown if one[0] == row or one[1] == column],
        shown,
    )
    near = next(some for some in wanted if some)
    return pick(near, [values[row][column] for row, column in near])


def pick(among: Sequence[_Any], sizes: Sequence[int]) -> _Any:
    """Pick one by chance, each the rarer the larger it is: nobody can draw the same again, and none is ruled out."""
    return _CHANCE.choices(among, [1 / size for size in sizes])[0]
