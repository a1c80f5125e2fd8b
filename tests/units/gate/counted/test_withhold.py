"""Test what is hidden: at the bounds, and as little beside it as keeps it hidden."""

import pytest

from avow.gate.counted.withhold import fold, withhold, withhold_alone

OFTEN = 40
"""What is picked by chance is looked at so often."""


def test_ten_are_enough() -> None:
    """Ten are shown, and nine are not; others are told together from ten on."""
    assert fold({"a": 60, "b": 10}) == (["a", "b"], [])
    assert fold({"a": 60, "b": 6, "c": 4}) == (["a"], ["b", "c"])
    assert fold({"a": 60, "b": 5, "c": 4}) == ([], ["b", "c", "a"])
    assert withhold([[10, 40], [40, 10]]) == frozenset()
    assert withhold_alone((10, 40), (50, 50)) == frozenset()


@pytest.mark.parametrize(("people", "shown"), [(20, []), (49, []), (50, ["a"])])
def test_of_few_who_are_all_of_one_kind_it_is_not_named(people: int, shown: list[str]) -> None:
    """Of fewer than fifty, a kind of more than nine in ten tells of each of them."""
    assert fold({"a": people}) == (shown, [] if shown else ["a"])


def test_a_range_of_ten_is_wide_enough() -> None:
    """Two of five can each be nought to ten: nothing beside them needs to be hidden; of four, more is."""
    assert withhold_alone((5, 5, 40), (50, 50, 50)) == frozenset({0, 1})
    assert withhold_alone((5, 4, 40), (50, 50, 50)) == frozenset({0, 1, 2})


@pytest.mark.parametrize("place", [(0, 0), (1, 2), (2, 1)])
def test_a_small_cell_is_hidden_in_a_ring_of_four(place: tuple[int, int]) -> None:
    """One beside it in its row, one in its column, and the one that closes the ring: whichever chance picks."""
    values = [[100 if (row, column) != place else 3 for column in range(3)] for row in range(3)]
    for _ in range(OFTEN):
        hidden = withhold(values)
        assert hidden
        rows, columns = {row for row, _ in hidden}, {column for _, column in hidden}
        assert hidden == {(row, column) for row in rows for column in columns}
        assert (place in hidden, len(rows), len(columns)) == (True, 2, 2)


def test_chance_picks_each_beside_it() -> None:
    """None is ruled out: whoever knows the rule knows no more."""
    found = {withhold([[3, 100, 100], [100, 100, 100], [100, 100, 100]]) for _ in range(200)}
    assert len(found) == 4


def test_nearly_all_of_a_row_or_of_a_column_is_hidden() -> None:
    """A cell of nearly all the few in its row tells of each of them, however many are in its column."""
    row = withhold([[46, 0, 2], [100, 90, 90], [90, 100, 90]])
    assert row
    assert (0, 0) in row
    column = withhold([[46, 100, 90], [0, 90, 100], [2, 90, 90]])
    assert column
    assert (0, 0) in column
