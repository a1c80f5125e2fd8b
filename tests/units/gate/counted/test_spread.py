"""Test the spread: how far a hidden cell can lie from what it is, and no further than is asked."""

import pytest

from avow.gate.counted.spread import spread

RING = {(0, 0), (0, 1), (1, 0), (1, 1)}


@pytest.mark.parametrize(("enough", "found"), [(3, 3), (4, 4), (5, 5), (9, 9), (14, 12)])
def test_it_is_counted_no_further_than_asked(enough: int, found: int) -> None:
    """Of a ring of four the first cell can grow by five and shrink by seven: twelve, and less where less is enough."""
    assert spread([[7, 5], [5, 9]], RING, (0, 0), enough) == found


def test_it_grows_along_more_than_one_way() -> None:
    """Where one way is used up the next is taken, and what both give is not more than what is enough."""
    values = [[20, 2, 3], [2, 9, 9], [3, 9, 9]]
    every = {(row, column) for row in range(3) for column in range(3)}
    assert spread(values, every, (0, 0), 4) == 4
    assert spread(values, every, (0, 0), 5) == 5
    assert spread(values, every, (0, 0), 100) == 5 + 20


def test_a_cell_that_is_hidden_alone_is_known() -> None:
    """The sums tell it."""
    assert spread([[7, 5], [5, 9]], {(0, 0)}, (0, 0), 10) == 0
