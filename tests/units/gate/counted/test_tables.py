"""Test the tables: what is shown, folded, left out."""

from avow.gate.counted.tables import OTHERS, Kinds, apart, crossed, kinds, simple, taken

TWO = Kinds((("DE", ("DE",)), ("FR", ("FR",))), (40, 30))


def test_too_few_make_no_table() -> None:
    """Nine people are of no kind that is told; ten are told as one."""
    assert kinds({("DE",): 9}) == Kinds((), ())
    assert list(simple("Country", kinds({("DE",): 9}))) == []
    assert list(crossed("Both", {}, Kinds((), ()), TWO)) == []
    (found,) = simple("Country", kinds({("DE",): 6, ("FR",): 4}))
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


def test_an_offer_is_told_where_both_sides_are_enough() -> None:
    """Who took it and who did not are enough, or neither is told; an offer to few is not."""
    (found,) = taken("Offers", [("A", 40, 20), ("B", 40, 8), ("C", 40, 33), ("D", 9, 9)])
    assert found.rows == (("A", (40, 20)), ("B", (40, None)), ("C", (40, None)))
