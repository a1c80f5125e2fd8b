"""Test the tables: what is shown, folded, left out."""

from avow.gate.counted.tables import OTHERS, Counts, Kinds, apart, crossed, kinds, simple, taken
from tests.units.gate.counted.cast import plain

TWO = Kinds((("DE", ("DE",)), ("FR", ("FR",))), (40, 30))


def test_too_few_make_no_table() -> None:
    """Nine people are of no kind that is told; ten are told as one."""
    assert kinds({("DE",): 9}) == Kinds((), ())
    assert list(simple("Country", kinds({("DE",): 9}))) == []
    assert list(crossed("Both", {}, Kinds((), ()), TWO)) == []
    (found,) = simple("Country", kinds({("DE",): 6, ("FR",): 4}))
    assert found.columns == ("People",)
    assert (found.rows, found.total) == (((OTHERS, (10,)),), 10)


def test_nearly_all_of_few_are_not_named() -> None:
    """Where eleven of twelve are of one kind, whoever is known to be among them would be known to be of it."""
    (found,) = simple("Country", kinds({("DE",): 11, ("FR",): 1}))
    assert found.rows == ((OTHERS, (10,)),)


def test_rows_that_overlap_are_each_safe_or_not_told() -> None:
    """A row whose figures could be worked out from the people of each kind is left out, its sum too."""
    (found,) = apart("Products", {("Pier", "DE"): 25, ("Pier", "FR"): 15, ("Buoy", "DE"): 4}, TWO)
    assert found.rows == (("Pier", (40, 25, 15)),)
    assert list(apart("Products", {("Pier", "DE"): 40, ("Pier", "FR"): 29}, TWO)) != []
    assert list(apart("Products", {("Pier", "DE"): 40, ("Pier", "FR"): 5}, TWO)) != []
    tight = Kinds(TWO.groups, (40, 10))
    assert list(apart("Products", {("Pier", "DE"): 40, ("Pier", "FR"): 5}, tight)) == [], "five to ten are left"
    alone = Kinds((), ())
    (found,) = apart("Products", {("Pier", "DE"): 10, ("Buoy", "DE"): 9}, alone)
    assert found.rows == (("Pier", (10,)),)


def test_an_offer_is_told_where_both_sides_are_enough() -> None:
    """Who took it and who did not are enough, or neither is told; an offer to few is not."""
    (found,) = taken("Offers", [("A", 40, 20), ("B", 40, 8), ("C", 40, 33), ("D", 9, 9)])
    assert found.rows == (("A", (40, 20)), ("B", (40, None)), ("C", (40, None)))
    assert found.columns == ("Sent to", "Ordered after it")


def test_a_kind_that_nobody_is_of_is_no_kind() -> None:
    """It is neither shown nor folded."""
    assert kinds({("DE",): 60, ("FR",): 40, ("ES",): 0}) == Kinds((("DE", ("DE",)), ("FR", ("FR",))), (60, 40))


def test_one_kind_crosses_nothing() -> None:
    """A table of one row or of one column says what another says; of two by two it is a table."""
    one = Kinds((("DE", ("DE",)),), (70,))
    pairs: Counts = {("DE", "DE"): 60, ("DE", "FR"): 70, ("FR", "DE"): 70, ("FR", "FR"): 60}
    assert list(crossed("Both", pairs, one, TWO)) == []
    assert list(crossed("Both", pairs, TWO, one)) == []
    (found,) = crossed("Both", pairs, TWO, TWO)
    assert found.rows == (("DE", (60, 70)), ("FR", (70, 60)))


def test_a_table_with_every_cell_hidden_is_none() -> None:
    """Where few are in every cell, nothing but the sums could be told, and they stand elsewhere."""
    few: Counts = {("DE", "DE"): 9, ("DE", "FR"): 8, ("FR", "DE"): 8, ("FR", "FR"): 9}
    assert list(crossed("Both", few, TWO, TWO)) == []


def test_what_nobody_is_of_counts_as_nought() -> None:
    """A pair that was not counted is nobody, not somebody."""
    with plain():
        (found,) = crossed("Both", {("DE", "DE"): 30, ("DE", "FR"): 40, ("FR", "DE"): 40}, TWO, TWO)
    assert found.rows == (("DE", (30, 40)), ("FR", (40, 0)))
