"""Test fields: what they take and how they tie label, hint and error."""

import pytest

from avow.page.field import ADDRESS, Field, declared
from avow.policy.document import FormField
from avow.terms import FieldType


@pytest.mark.parametrize(
    ("kind", "value", "wrong"),
    [
        (FieldType.NAME, "Alice", ""),
        (FieldType.NAME, "", "Please fill this in."),
        (FieldType.NAME, " \t ", "Please fill this in."),
        (FieldType.NAME, "A" * 201, "At most 200 characters."),
        (FieldType.NAME, "Alice\r\nBcc: bob@example.org", "One line without control characters."),
        (FieldType.NAME, "A\0", "One line without control characters."),
        (FieldType.LONG_TEXT, "one\r\ntwo", ""),
        (FieldType.LONG_TEXT, "one\x1btwo", "One line without control characters."),
        (FieldType.NAME, "M\ufffdller", "Some letters did not arrive as they were typed; please type them again."),
        (FieldType.CHOICE, "c", "One of the options."),
        (FieldType.CHOICE, "a", ""),
    ],
)
def test_says_what_is_wrong(kind: FieldType, value: str, wrong: str) -> None:
    """A field says what is wrong with a value; its label, which stands beside, is not said again."""
    options = ("a", "b") if kind is FieldType.CHOICE else ()
    assert Field("profile.name", "Name", kind, required=True, options=options).filled(value).wrong == wrong


def test_trouble_is_named_away_from_the_field() -> None:
    """In the list above the form, what is wrong stands behind the label."""
    assert ADDRESS.filled("").trouble == "Your e-mail address: please fill this in."


def test_ties_hint_and_error() -> None:
    """What describes a field is named by it, in the order in which it is read."""
    field = declared("profile", FormField("phone", "Telephone", FieldType.PHONE, hint="Only if you like."))
    assert (field.id, field.described) == ("profile-phone", "profile-phone-hint")
    assert field.but("x", "no number").described == "profile-phone-hint profile-phone-wrong"
    assert (field.input, field.autocomplete) == ("tel", "tel")
    assert ADDRESS.described == ""


def test_composes_letters() -> None:
    """Text is kept in normal form C, without space around it."""
    assert Field("a.b", "B", FieldType.TEXT).filled(" e\u0301 ").value == "é"
