"""Test the reading of replies, whole, in pieces and hostile."""

from contextlib import suppress
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from avow.errors import MailError
from avow.mail.smtp.reply import Reply, ReplyReader, offers

EHLO = b"250-mx.example.com hello\r\n250-PIPELINING\r\n250-SIZE 1000\r\n250 8BITMIME\r\n"
STREAM = b"220 ready\r\n" + EHLO + b"354\r\n550-5.1.1 no\r\n550 such\r\n"


@given(st.lists(st.integers(0, len(STREAM))))
def test_pieces_do_not_matter(cuts: list[int]) -> None:
    """However the bytes are cut, the replies are the same."""
    reader, found = ReplyReader(), []
    places = [0, *sorted(cuts), len(STREAM)]
    for start, end in pairwise(places):
        found += reader.feed(STREAM[start:end])
    assert [reply.code for reply in found] == [220, 250, 354, 550]
    assert offers(found[1]) == {"PIPELINING": "", "SIZE": "1000", "8BITMIME": ""}
    assert found[3].text == "550 5.1.1 no such"


@given(st.binary(max_size=400))
def test_whatever_comes_is_a_reply_or_an_error(data: bytes) -> None:
    """Nothing but replies or a MailError comes out."""
    with suppress(MailError):
        assert all(isinstance(reply, Reply) for reply in ReplyReader().feed(data))


@pytest.mark.parametrize(
    "data", [b"HTTP/1.1 400\r\n", b"2x0 ok\r\n", b"199 x\r\n", b"600 x\r\n", b"\r\n", b"250_x\r\n"]
)
def test_what_is_no_smtp_is_said(data: bytes) -> None:
    """Another protocol on the port is an error that says so."""
    with pytest.raises(MailError, match="does not speak SMTP"):
        ReplyReader().feed(data)


@pytest.mark.parametrize("data", [b"2" * 5000, b"250-x\r\n" * 300])
def test_nothing_grows_without_end(data: bytes) -> None:
    """A line or a reply without end is an error."""
    with pytest.raises(MailError, match="without end"):
        ReplyReader().feed(data)
