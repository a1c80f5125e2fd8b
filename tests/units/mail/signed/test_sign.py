"""Test the signature of what goes out, with another's verifier."""

import re
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from hypothesis import example, given, settings
from hypothesis import strategies as st

from avow.config import config
from avow.errors import KeyMissing
from avow.mail.form.letterhead import letterhead
from avow.mail.form.written.laid import lay
from avow.mail.links import links
from avow.mail.message import compose, copy
from avow.mail.signed.sign import PRESENT, signed
from avow.policy.folder import load
from avow.store.dkim.keys import SigningKey, keys_of, make
from tests.units.mail.signed.dns import verified
from tests.units.mail.test_message import ALICE, KEY, REACH, cleared, newsletter

KEYS = (
    SigningKey("example.com", "avow1-rsa", "rsa", generate_private_key(65537, 2048)),
    SigningKey("example.com", "avow1-ed25519", "ed25519", Ed25519PrivateKey.generate()),
)
MESSAGE = (
    b"From: Harbour Mail <privacy@example.com>\r\nTo: alice@example.org\r\nSubject: News\r\n"
    b"Date: Thu, 26 Nov 2026 10:00:00 +0000\r\nMessage-ID: <a@example.com>\r\nList-Id: <news.example.com>\r\n"
    b"List-Unsubscribe: <https://example.com/choices/x/one-click/>,\r\n <mailto:privacy@example.com?subject=stop>\r\n"
    b"List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\nMIME-Version: 1.0\r\n"
    b"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 7bit\r\n\r\nCome and  see.\r\n\r\nBye\r\n"
)
COVERED = {"from", "to", "subject", "date", "message-id", "list-id", "list-unsubscribe", "list-unsubscribe-post"}
FIELDS = st.from_regex(rb"\A[!-9;-~]{1,20}\Z")
VALUES = st.from_regex(rb"\A[ \t]{0,3}([!-~\xc3]{1,40}([ \t]{1,3}|\r\n[ \t])){0,6}[!-~]{0,40}\Z")
LINES = st.lists(st.sampled_from([b"", b" ", b"\t", b"  x", b"x  y \t", b".", b"\xc3\xa9", b"a" * 90, b"a b\t"]))


def test_another_program_verifies_each_signature() -> None:
    """RSA and Ed25519 hold; each covers what says who writes, and both ways out, once more than they stand there."""
    data = signed(MESSAGE, KEYS)
    assert verified(data, KEYS) == [True, True]
    assert data.endswith(MESSAGE)
    for names in re.findall(rb"[ ;]h=([^;]*);", data):
        listed = re.sub(r"\s", "", names.decode()).split(":")
        assert set(listed) >= COVERED
        assert all(listed.count(one) == 2 for one in COVERED)
    assert max(map(len, data.split(b"\r\n"))) < 100
    assert signed(MESSAGE, ()) == MESSAGE


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"List-Unsubscribe: <https://example.com/", b"List-Unsubscribe: <https://example.net/"),
        (b"List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n", b""),
        (b"List-Id: <news", b"List-Id: <other"),
        (b"To: alice", b"To: mallory"),
        (b"MIME-Version", b"List-Unsubscribe: <https://example.net/>\r\nMIME-Version"),
        (b"MIME-Version", b"From: mallory@example.net\r\nMIME-Version"),
        (b"MIME-Version", b"Reply-To: mallory@example.net\r\nMIME-Version"),
        (b"Bye", b"Buy"),
        (b"Bye\r\n", b"Bye\r\nand more\r\n"),
    ],
)
def test_what_is_altered_or_added_holds_no_more(old: bytes, new: bytes) -> None:
    """No way out is taken off or put in, no sender, no word of the text."""
    data = signed(MESSAGE, KEYS)
    assert verified(data.replace(old, new), KEYS) == [False, False]


def test_what_mail_servers_do_to_white_space_breaks_nothing() -> None:
    """Lines may be folded anew, and spaces lost at their ends."""
    data = signed(MESSAGE, KEYS)
    data = data.replace(b"Come and  see.", b"Come and see. ").replace(b",\r\n <mailto", b", <mailto") + b"\r\n"
    assert verified(data.replace(b"Subject: News", b"subject:  News"), KEYS) == [True, True]


@settings(max_examples=60)
@given(st.lists(st.tuples(FIELDS | st.sampled_from(PRESENT), VALUES), max_size=5), LINES)
@example([], [])
@example([], [b"", b""])
def test_every_message_verifies(fields: list[tuple[bytes, bytes]], lines: list[bytes]) -> None:
    """Whatever headers and lines a message has, the signature holds for another program."""
    used = {b"dkim-signature", *(one for one in map(bytes.lower, (b"From", b"To")))}
    more = b"".join(b"%s:%s\r\n" % pair for pair in fields if pair[0].lower() not in used)
    data = b"From: a@example.com\r\nTo: b@example.org\r\n" + more + b"\r\n" + b"".join(one + b"\r\n" for one in lines)
    assert verified(signed(data, KEYS), KEYS) == [True, True]


def test_a_composed_message_is_signed_and_crosses_in_seven_bits(monkeypatch: pytest.MonkeyPatch) -> None:
    """With AVOW_DKIM every message bears both signatures; without a key nothing is composed, so that it waits."""
    policy = load(Path(__file__).parents[4] / "policies/example").policies[-1]
    form = newsletter(policy, "# Été\n\nUn été à la mer.\n")
    monkeypatch.setenv("AVOW_DKIM", "example.com:sea")
    config.cache_clear()
    try:
        with pytest.raises(KeyMissing, match="dkim-sea-rsa"):
            letterhead(policy)
        made = make("sea")
        ways = links(ALICE, REACH, "news", policy.front.mailbox)
        message = compose(cleared(form.request), form, letterhead(policy), KEY, ways, eight_bit=True)
        assert verified(message.data, keys_of(config().data / "keys", "example.com", "sea")) == [True, True]
        assert message.data.isascii()
        assert not message.eight_bit
        filled = copy(cleared(form.request), lay(form, letterhead(policy), eight_bit=False), KEY)
        assert verified(filled.data, keys_of(config().data / "keys", "example.com", "sea")) == [True, True]
        for path in made:
            path.unlink()
    finally:
        monkeypatch.undo()
        config.cache_clear()
