"""Test that what somebody gave is shown in the order in which it was asked for."""

from avow.page.site import policy
from avow.policy.shown.labelled import labelled


def test_fields_stand_in_the_order_of_their_category() -> None:
    """The store gives them in another; what the category has no more comes last, under its own name."""
    given = {"colour": "red", "problem": "It stops.", "product": "Lighthouse"}
    shown = (("Product", "Lighthouse"), ("What is wrong", "It stops."))
    assert labelled(policy().categories["support"], given) == (*shown, ("colour", "red"))
    assert labelled(None, {"colour": "red"}) == (("colour", "red"),)
