"""Test that a layout says what the message that is written out anew says, byte for byte."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from avow.mail.form.form import Form, purpose_of, to_list
from avow.mail.form.letterhead import letterhead
from avow.mail.form.written.laid import Laid, lay
from avow.mail.links import links_of, token
from avow.mail.message import Message, compose, copy
from avow.policy.document import Policy
from avow.policy.reader import read
from avow.terms import MessageKind
from tests.units.mail.test_message import ALICE, KEY, REACH, cleared

POLICY = read(Path(__file__).parents[4] / "policies/example/2025-01-01.md")
WORDS = {
    "plain": "# News\n\nDear {{ name | friend }},\n\n.all is **well** & dandy in the harbour.\n",
    "named": "# News for {{ name | you }}\n\nDear {{ name | friend }}, {{ name | friend }}!\n",
    "wide": "# Été\n\nCher {{ name | ami }}, un été à la mer, = et voilà.\n",
    "long": f"# News\n\n{'very ' * 300}long, {{{{ name | friend }}}}\n",
    "bare": "# News\n\nNobody is named here.\n",
}


def newsletter(words: str, policy: Policy = POLICY) -> Form:
    """Compile a newsletter."""
    return to_list(policy, purpose_of(policy, MessageKind.NEWSLETTER), "news", None, words)


def both(laid: Laid, name: str, address: str, monkeypatch: pytest.MonkeyPatch) -> tuple[Message, Message]:
    """Write to somebody from the layout, and anew."""
    monkeypatch.setattr("avow.record.token.time.time", lambda: 1.7e9)
    monkeypatch.setattr("avow.mail.message.time", lambda: 1.7e9)
    ways = links_of(token(ALICE, REACH, "news"), laid.head.mailbox)
    form = laid.form
    anew = compose(cleared(form.request, address, name), form, laid.head, KEY, ways, eight_bit=laid.eight_bit)
    return copy(cleared(form.request, address, name), laid, KEY), anew


@pytest.mark.parametrize("words", WORDS)
@pytest.mark.parametrize("eight_bit", [False, True])
@pytest.mark.parametrize("name", ["Alice", "", "<b>&amp;", "a\r\nBcc: x", "x" * 400, "\u2028", "{{ name }}", "0" * 16])
@pytest.mark.parametrize("address", ["alice@example.org", "zoë@example.org"])
def test_a_layout_equals_the_message(
    words: str, eight_bit: bool, name: str, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever the words, the person and the mail server: the same bytes, the same needs."""
    laid = lay(newsletter(WORDS[words]), letterhead(POLICY), eight_bit=eight_bit)
    fast, anew = both(laid, name, address, monkeypatch)
    assert fast == anew


@settings(max_examples=60, deadline=None)
@given(name=st.text(max_size=300))
def test_whoever_is_written_to_reads_the_same(name: str) -> None:
    """Names in any script: the words are the same; where only the name has eight bits, all parts may be marked so."""
    laid = lay(newsletter(WORDS["named"]), letterhead(POLICY), eight_bit=True)
    with pytest.MonkeyPatch.context() as patch:
        fast, anew = both(laid, name.replace("\x00", ""), "alice@example.org", patch)
    assert fast.data.replace(b": 8bit", b": 7bit") == anew.data.replace(b": 8bit", b": 7bit")
    assert fast.eight_bit or fast.data.isascii()


def test_layouts_are_used() -> None:
    """The usual message has a layout for either kind of name; one with a line that is too long has none."""
    usual = lay(newsletter(WORDS["plain"]), letterhead(POLICY), eight_bit=True)
    assert usual.plain
    assert usual.wide
    assert lay(newsletter(WORDS["long"]), letterhead(POLICY), eight_bit=True).plain is None
    assert lay(newsletter(WORDS["plain"]), letterhead(POLICY), eight_bit=False).wide is None
