"""Test texts with holes."""

import pytest

from avow.errors import MailError
from avow.mail.form.text import escaped, markdown, text


def test_a_hole_takes_the_value_or_its_stand_in() -> None:
    """A value stands in its hole; where it is empty, the word behind the bar does."""
    compiled = text("Dear {{ name | friend }}, {{name}}.")
    assert compiled.fill({"name": "Alice"}) == "Dear Alice, Alice."
    assert compiled.fill({"name": ""}) == "Dear friend, ."
    assert [hole.name for hole in compiled.holes] == ["name", "name"]


@pytest.mark.parametrize("source", ["{{ name", "name }}", "{{ na me }}", "{{ Name }}", "{{ a | b | c }}", "{{}}"])
def test_what_is_no_field_is_an_error(source: str) -> None:
    """A hole that is none would go out as it stands; it is refused, with its line."""
    with pytest.raises(MailError, match="this is no field"):
        text(f"hello\n{source}\nbye")


def test_values_are_harmless_in_html() -> None:
    """What a person typed shows as typed, and is never markup."""
    compiled = markdown("Hello *{{ name }}*, `{{ name }}`")
    shown = compiled.fill({"name": "<b>&*x*"}, escaped)
    assert shown == "<p>Hello <em>&lt;b&gt;&amp;*x*</em>, <code>&lt;b&gt;&amp;*x*</code></p>\n"


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ("![us](https://example.net/x.png)", "no images"),
        ("[here](https://example.net/?who={{ name }})", "in a link"),
        ("see \ue0000\ue001", "private use"),
    ],
)
def test_nothing_in_a_message_tells_who_read_it(source: str, why: str) -> None:
    """No image is loaded and no link tells the other end who followed it."""
    with pytest.raises(MailError, match=why):
        markdown(source)


def test_html_of_the_author_is_shown_not_run() -> None:
    """Markup in the source is text."""
    assert "<script" not in markdown("<script>alert(1)</script> [x](javascript:alert(1))").fill({})
