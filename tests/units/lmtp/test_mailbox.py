"""Test what is read of a letter in a mailbox, and where the mailbox is; the server itself is real in the journeys."""

import pytest

from avow.lmtp.mailbox import Account, account, raw


@pytest.mark.parametrize(
    ("head", "sender", "to"),
    [
        (b"Return-Path: <bob@example.org>\r\nFrom: x@example.net", "bob@example.org", ()),
        (b"Return-Path: <>\r\nFrom: mailer-daemon@example.net", "", ()),
        (b"From: Carol <carol@example.org>", "carol@example.org", ()),
        (
            b"Delivered-To: a@example.com\r\nX-Original-To: b@example.com\r\nFrom: x@example.net",
            "x@example.net",
            ("a", "b"),
        ),
        (
            b"Delivered-To: a@example.com\r\nFrom: x@example.net\r\nDelivered-To: forged@example.com",
            "x@example.net",
            ("a",),
        ),
        (b"", "", ()),
        (b"\xff\xfe: \x00\r\nReturn-Path: <\xff@>", "", ()),
    ],
)
def test_the_envelope_is_what_the_server_wrote_above(head: bytes, sender: str, to: tuple[str, ...]) -> None:
    """Return-Path says who sent it, the uppermost Delivered-To to whom; what stands below counts for nothing."""
    found = raw(head + b"\r\n\r\nStop.\r\n")
    assert (found.sender, found.recipients) == (sender, tuple(f"{one}@example.com" for one in to))
    assert found.data == head + b"\r\n\r\nStop.\r\n"


def test_where_the_mailbox_is() -> None:
    """The address tells host, port, login, password and folder; TLS comes first unless it says otherwise."""
    assert account("imaps://us%40example.com:p%2Fw@mail.example.com/Privacy") == Account(
        "mail.example.com", 993, True, "us@example.com", "p/w", "Privacy"
    )
    found = account("imap://a:b@127.0.0.1:1143")
    assert (found.port, found.folder, found.near) == (1143, "INBOX", True)
    assert not account("imap://a:b@mail.example.com").near
    assert "p/w" not in repr(account("imaps://u:p%2Fw@h"))
