"""Laws of insight: what is withheld cannot be worked out from what is told, not even by whoever knows the rule."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from avow.gate.counted import withhold as rule
from avow.gate.counted.spread import Cell, Values
from avow.gate.counted.withhold import LEAST, STEP, fold, told, withhold, withhold_alone

FEW = 3
"""The least in laws that try every table: so small that there are not too many."""
Told = tuple[tuple[tuple[str, int], ...], frozenset[str], int]
"""What is shown of each kind, which kinds are folded, and how many they are together, all unrounded."""
Ways = dict[Told, set[tuple[int, ...]]]
"""By what is told, in which ways people can be of kinds."""
TABLES = st.tuples(st.integers(2, 5), st.integers(2, 5)).flatmap(
    lambda size: st.lists(
        st.lists(st.integers(0, 60), min_size=size[1], max_size=size[1]), min_size=size[0], max_size=size[0]
    )
)


def _solutions(rows: Sequence[int], columns: Sequence[int], free: Collection[Cell]) -> Iterator[dict[Cell, int]]:
    """Give every way to fill some cells, none below nought, so that rows and columns have these sums."""
    if not free:
        if not any(rows) and not any(columns):
            yield {}
        return
    (row, column), *rest = sorted(free)
    for value in range(min(rows[row], columns[column]) + 1):
        fewer = [one - value * (place == row) for place, one in enumerate(rows)]
        narrower = [one - value * (place == column) for place, one in enumerate(columns)]
        if rest and rest[0][0] != row and fewer[row]:
            continue
        for found in _solutions(fewer, narrower, rest):
            yield {(row, column): value, **found}


def _ranges(values: Values, hidden: Collection[Cell]) -> dict[Cell, set[int]]:
    """Give for each hidden cell every value that agrees with the sums and with what is shown."""
    rows = [sum(v for c, v in enumerate(line) if (r, c) in hidden) for r, line in enumerate(values)]
    width = len(values[0])
    columns = [sum(line[c] for r, line in enumerate(values) if (r, c) in hidden) for c in range(width)]
    found: dict[Cell, set[int]] = defaultdict(set)
    for one in _solutions(rows, columns, hidden):
        for cell, value in one.items():
            found[cell].add(value)
    return found


@given(st.data())
def test_no_hidden_cell_can_be_solved(data: st.DataObject) -> None:
    """By sums, shown cells and that no cell is below nought, each hidden cell keeps a range as wide as the least."""
    height, width = data.draw(st.sampled_from([(2, 2), (2, 3), (3, 2), (3, 3), (2, 4)]))
    values = data.draw(
        st.lists(st.lists(st.integers(0, 7), min_size=width, max_size=width), min_size=height, max_size=height)
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rule, "LEAST", FEW)
        hidden = withhold(values)
    sums = [sum(line) for line in values] + [sum(line[c] for line in values) for c in range(width)]
    if hidden is None:
        assert min(sums) < FEW
        return
    every = {(r, c) for r in range(height) for c in range(width)}
    assert all(values[r][c] >= FEW for r, c in every - hidden)
    assert all(max(found) - min(found) >= FEW for found in _ranges(values, hidden).values())


def test_a_cell_alone_can_be_solved() -> None:
    """The law above has teeth: with but the small cells hidden, sums tell them."""
    values = [[4, 9, 9], [9, 9, 9], [9, 9, 9]]
    assert _ranges(values, {(0, 0)}) == {(0, 0): {4}}
    assert _ranges(values, {(0, 0), (0, 1)}) == {(0, 0): {4}, (0, 1): {9}}, "two in a row are told by their columns"
    assert len(_ranges(values, {(0, 0), (0, 1), (1, 0), (1, 1)})[0, 0]) > FEW


@given(TABLES)
def test_every_hidden_cell_lies_on_a_ring(values: list[list[int]]) -> None:
    """No hidden cell is all that ties two parts of the hidden ones: equations alone would solve such a one."""
    hidden = withhold(values)
    for row, column in hidden or ():
        others = [cell for cell in hidden or () if cell != (row, column)]
        reached, edge = {("row", row)}, {("row", row)}
        while edge:
            ends = {(("row", r), ("column", c)) for r, c in others}
            near = {b for a, b in ends if a in edge} | {a for a, b in ends if b in edge}
            edge = near - reached
            reached |= edge
        assert ("column", column) in reached


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), min_size=1, max_size=4))
def test_a_row_alone_is_safe_beside_the_people_of_each_kind(line: list[tuple[int, int]]) -> None:
    """In a row with its sum told, and no figure above the people of its kind, each hidden figure keeps its range."""
    values, most = [value for value, _ in line], [value + more for value, more in line]
    hidden = withhold_alone(values, most)
    if hidden is None:
        return
    assert all(values[place] >= LEAST for place in range(len(values)) if place not in hidden)
    free, total = sorted(hidden), sum(values[place] for place in hidden)
    for place in free:
        rest = [one for one in free if one != place]
        most_of_all = min(most[place], total)
        least_of_all = max(0, total - sum(most[one] for one in rest))
        assert most_of_all - least_of_all >= LEAST


def _fold_all_ways(counts: dict[str, int]) -> Iterator[tuple[list[str], list[str]]]:
    """Fold with each pick that chance could make."""
    for number in range(len(counts)):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(rule, "pick", lambda among, _, at=number: among[at % len(among)])
            yield fold(counts)


def _seen(top: int) -> Ways:
    """Try every way in which so many people are of three kinds: by what is told, which there were."""
    found: Ways = defaultdict(set)
    for counts in product(range(1, top), repeat=3):
        by_name = dict(zip("abc", counts, strict=True))
        for shown, others in _fold_all_ways(by_name):
            exact = tuple((kind, by_name[kind]) for kind in sorted(shown))
            found[exact, frozenset(others), sum(by_name[kind] for kind in others)].add(counts)
    return found


def _fewest(found: Ways, top: int) -> int:
    """Give how few figures are left for a hidden kind, for whoever knows the rule and every sum unrounded."""
    left = [
        len({counts["abc".index(kind)] for counts in ways})
        for (_, others, together), ways in found.items()
        if LEAST <= together < top
        for kind in others
    ]
    return min(left)


def test_who_knows_the_rule_knows_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of every way in which people are of three kinds, each hidden kind keeps eight figures or more, sums unrounded.

    Where what is hidden beside is always the smallest, as it mostly is elsewhere, the rule tells a hidden figure.
    """
    assert _fewest(_seen(26), 26) >= 8
    monkeypatch.setattr(rule, "pick", lambda among, sizes: min(zip(sizes, among, strict=True))[1])
    smallest: Ways = defaultdict(set)
    for counts in product(range(1, 26), repeat=3):
        shown, others = fold(dict(zip("abc", counts, strict=True)))
        by_name = dict(zip("abc", counts, strict=True))
        exact = tuple((kind, by_name[kind]) for kind in sorted(shown))
        smallest[exact, frozenset(others), sum(by_name[kind] for kind in others)].add(counts)
    assert _fewest(smallest, 26) == 1


@given(st.dictionaries(st.sampled_from("abcdefghijkl"), st.integers(1, 80)))
def test_what_is_folded_is_two_kinds_and_enough(counts: dict[str, int]) -> None:
    """Every kind is shown or folded, once; who is shown is many, and those folded are two kinds with the least."""
    shown, others = fold(counts)
    assert sorted([*shown, *others]) == sorted(counts)
    assert all(counts[kind] >= LEAST for kind in shown)
    if others and shown:
        assert len(others) > 1
        assert sum(counts[kind] for kind in others) >= LEAST


@given(st.integers(LEAST, 10_000_000))
def test_every_figure_is_rounded_and_never_small(figure: int) -> None:
    """What is told is a round number near the figure, and no less than the least."""
    assert told(figure) >= LEAST
    assert told(figure) % STEP == 0
    assert abs(told(figure) - figure) < STEP
