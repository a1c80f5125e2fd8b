"""Test addresses: what is one mailbox, what is not, and what is no address."""

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from avow.errors import AddressError
from avow.record.known.address import LONGEST, parse

SAME_REACH = [
    ("Bob@Example.COM", "bob@example.com"),
    ("bob+news@example.org", "BOB@example.org"),
    ("b.o.b@gmail.com", "bob+x@googlemail.com"),
    ('"bob"@example.org', "bob@example.org"),
    ('"b b"@example.org', '"B B"@example.org'),
    ('a."b".c@example.org', "a.b.c@example.org"),
    ("bob@example.org.", "bob@example.org"),
    ("bob@[192.0.2.1]", "BOB@[192.0.2.1]"),
    ("bob@[IPv6:2001:DB8:0::1]", "bob@[ipv6:2001:db8::1]"),
    ("bob@bücher.example", "bob@xn--bcher-kva.example"),
    ("bob@BÜCHER.example", "bob@xn--bcher-kva.EXAMPLE"),
    ("jose\u0301@example.org", "JOSÉ@example.org"),
    ("ｂｏｂ@example.org", "bob@example.org"),  # noqa: RUF001 -- wide letters are the case
    ("straße@example.org", "STRASSE@example.org"),
]
OTHER_REACH = [
    ("b.o.b@example.org", "bob@example.org"),
    ("bob@straße.example", "bob@strasse.example"),
    ("bоb@example.org", "bob@example.org"),  # noqa: RUF001 -- a Cyrillic letter is the case
    ("ﬁn@example.org", "fin2@example.org"),
    ("bob@a.example.org", "bob@example.org"),
    ("+tag@example.org", "+gat@example.org"),
]
REFUSED = {
    "": "an @",
    "bob": "an @",
    "@example.org": "dot stands",
    '""@example.org': "nothing stands",
    "bob@": "nothing stands after",
    "bob@localhost": "full domain",
    "bob@1.2.3.4": "full domain",
    "bob@-a.example.org": "hyphen",
    "bob@a_b.example.org": "not a domain",
    "bob@example..org": "first or twice",
    "bob@[192.0.2.300]": "literal",
    "bob@[192.0.2.1": "literal",
    "bob@[tag:x]": "literal",
    ".bob@example.org": "dot",
    "bob.@example.org": "dot",
    "b..b@example.org": "dot",
    "bob@example.org\r\nBcc: eve@example.net": "U+000D",
    "bob\n@example.org": "U+000A",
    '"b\x00b"@example.org': "U+0000",
    "bob\u2028@example.org": "U+2028",
    "bo\u200bb@example.org": "invisible",
    "bob\u202e@example.org": "invisible",
    "bob\ud800@example.org": "half a character",
    "bob(work)@example.org": "comments",
    "(work)bob@example.org": "comments",
    "bob@(work)example.org": "comments",
    "Bob <bob@example.org>": "needs quotes",
    "<bob@example.org>": "more than one bare",
    "bob@example.org,eve@example.org": "more than one bare",
    "bob;eve@example.org": "more than one bare",
    "b b@example.org": "needs quotes",
    '"bob@example.org': "needs quotes",
    "bob@x,eve@y": "more than one bare",
    "bob@exam ple.org": "a space",
    f"bob@{'x' * 64}.org": "63 characters",
    "M\ufffdller@example.org": "did not arrive",
    "bob@ex\ufffdmple.org": "did not arrive",
    f"{'a' * 65}@example.org": "64 bytes",
    f"{'é' * 33}@example.org": "64 bytes",
    f"{'a' * 64}@{'b' * 60}.{'c' * 60}.{'d' * 60}.example": "254 bytes",
}


@pytest.mark.parametrize(("one", "other"), SAME_REACH)
def test_spellings_of_one_mailbox_share_a_reach(one: str, other: str) -> None:
    """A refusal covers every spelling of a mailbox."""
    assert parse(one).reach == parse(other).reach
    assert parse(one).reach_id == parse(other).reach_id


@pytest.mark.parametrize(("one", "other"), OTHER_REACH)
def test_other_mailboxes_do_not(one: str, other: str) -> None:
    """Who only looks alike is somebody else."""
    assert parse(one).reach != parse(other).reach


@pytest.mark.parametrize(("text", "reason"), REFUSED.items())
def test_what_is_no_address_is_refused(text: str, reason: str) -> None:
    """A refusal says what is wrong."""
    with pytest.raises(AddressError, match=reason.replace("+", r"\+")):
        parse(text)


@given(st.text(alphabet="ab-_.,;:@ \u00fc\u200d\u0338\u3002\u2603xn1", max_size=70))
def test_no_library_speaks_to_people(rest: str) -> None:
    """Whatever stands after the @, what is wrong with it is said in words of ours."""
    assert not re.search("[Ll]abel|[Cc]odepoint|IDNA|[Dd]omain too", refusal(f"bob@{rest}"))


def refusal(address: str) -> str:
    """Give what is wrong with an address; "" if nothing is."""
    try:
        parse(address)
    except AddressError as error:
        return str(error)
    return ""


@pytest.mark.parametrize(
    ("text", "exact"),
    [
        ("Bob@Example.COM", "Bob@example.com"),
        ("bob+news@example.org", "bob+news@example.org"),
        ('"bob"@example.org', "bob@example.org"),
        ('"b\\"b"@example.org', '"b\\"b"@example.org'),
        ('"b@b"@example.org', '"b@b"@example.org'),
        ("  bob@example.org\t", "bob@example.org"),
        ("o'neil/x=y@example.org", "o'neil/x=y@example.org"),
        ("用户@例え.example", "用户@xn--r8jz45g.example"),
    ],
)
def test_exact_keeps_what_tells_two_apart(text: str, exact: str) -> None:
    """The exact key keeps case and tag before the @, and has one spelling after it."""
    assert parse(text).exact == exact


def test_exact_and_reach_have_keys_of_their_own() -> None:
    """One string gives two ids, so that neither table speaks for the other."""
    address = parse("bob@example.org")
    assert address.exact == address.reach
    assert address.exact_id != address.reach_id
    assert len(address.exact_id) == len(address.reach_id) == 32


@pytest.mark.parametrize(
    ("text", "masked"),
    [("alice@example.org", "a•••@e•••.org"), ("b@[192.0.2.1]", "b•••@[•••]"), ("c@a.b.example", "c•••@a•••.example")],
)
def test_masked_tells_little(text: str, masked: str) -> None:
    """A page shows enough to know one's own address again."""
    assert parse(text).masked == masked


def test_readable_shows_the_script() -> None:
    """People read their domain as they write it; mail goes to its A-labels."""
    assert parse("bob@bücher.example").readable == "bob@bücher.example"
    assert parse("bob@bücher.example").display == "bob@xn--bcher-kva.example"


def test_a_megabyte_is_refused_at_once() -> None:
    """A long text costs nothing."""
    start = time.thread_time()
    for text in ("a" * 1_000_000, '"' * 1_000_000 + "@example.org", "a@" + "é." * 500_000):
        with pytest.raises(AddressError, match="too long"):
            parse(text)
    assert time.thread_time() - start < 1


@given(st.text(max_size=80).map(lambda text: f"{text}@example.org") | st.text(max_size=80))
def test_parsing_ends_in_an_address_or_an_address_error(text: str) -> None:
    """No text breaks the reader, and what it gives it reads again as the same."""
    try:
        address = parse(text)
    except AddressError:
        return
    again = parse(address.exact)
    assert (again.exact, again.reach) == (address.exact, address.reach)
    assert len(address.exact.encode()) <= LONGEST
    assert not set("\r\n\0") & set(address.display)


@given(
    st.text("abcdefXYZ019._-", min_size=1, max_size=20).filter(lambda t: ".." not in t and t.strip(".") == t),
    st.text("abcXYZ09", max_size=8),
)
def test_tag_and_case_never_leave_the_reach(base: str, tag: str) -> None:
    """A tag or another case never escapes a refusal."""
    plain = parse(f"{base}@example.org")
    tagged = parse(f"{base.swapcase()}+{tag}@EXAMPLE.org")
    assert tagged.reach == plain.reach
    assert tagged.exact != plain.exact
