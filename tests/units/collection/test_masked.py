"""Test that no address stands in what is shown, however it is written, and that the rest is left as it is."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from avow.collection.forum.shown.masked import INSTEAD, masked, parts

WORD = st.text(st.characters(categories=("L", "N")), min_size=1, max_size=8)
SPACE = st.sampled_from(["", " ", "\n", "\t"])
AT = st.sampled_from(["@", "\uff20", "\ufe6b", "%40", "&#64;", "&#x40;", "&commat;"])


@given(WORD, SPACE, AT, SPACE, WORD, WORD, st.text(max_size=20), st.text(max_size=20))
def test_no_address_stands_in_it(
    local: str, before: str, at: str, behind: str, host: str, top: str, left: str, right: str
) -> None:
    """With any text around it, an address that stands for itself is nowhere in what is shown."""
    shown = masked(f"{left} {local}{before}{at}{behind}{host}.{top} {right}")
    assert INSTEAD in shown
    assert f"{host}.{top}" not in shown or f"{host}.{top}" in f"{left} {right}"


@given(st.text(st.characters(exclude_characters="@\uff20\ufe6b%&")))
def test_what_holds_none_is_left_as_it_is(text: str) -> None:
    """A text without a sign of an address is shown letter by letter, links or none."""
    assert masked(text) == text
    assert "".join(part.text for part in parts(text)) == text


@given(st.text())
def test_what_is_masked_is_masked_once(text: str) -> None:
    """Masking what is masked changes nothing more."""
    once = masked(masked(text))
    assert masked(once) == once


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Write to bob@example.org.", f"Write to {INSTEAD}."),
        ("(bob@example.org)", INSTEAD + ")"),
        ("mailto:bob@example.org?subject=x", INSTEAD),
        ("bob @ example.org, please", f"  {INSTEAD}, please"),
        ("bob@ example.org", f" {INSTEAD}"),
        ("a@b and @carol at 3 @ noon", f"{INSTEAD} and @carol at 3 @ noon"),
        ("see https://example.com/?to=bob%40example.org", f"see {INSTEAD}"),
    ],
)
def test_it_reads_so(text: str, shown: str) -> None:
    """What stands in the place of an address, and what is none."""
    assert masked(text) == shown


def test_a_link_is_what_a_browser_can_open() -> None:
    """The web's addresses become links, without the sign that ends the sentence; nothing else does."""
    assert [(one.text, one.href) for one in parts("See https://example.com/a. Or javascript:x http:// https://[x")] == [
        ("See", ""),
        (" ", ""),
        ("https://example.com/a", "https://example.com/a"),
        (".", ""),
        *[(word, "") for word in (" ", "Or", " ", "javascript:x", " ", "http://", " ", "https://[x")],
    ]


@pytest.mark.parametrize("text", ["@" * 50_000, "a@" * 25_000, "a." * 25_000 + "@", " @ .x" * 10_000, "&#0" * 16_000])
def test_it_takes_no_longer_for_what_is_made_to_last(text: str) -> None:
    """A text of any shape is read in one go: what looks back at all before it would take minutes."""
    began = time.thread_time()
    parts(text * 4)
    assert time.thread_time() - began < 5
