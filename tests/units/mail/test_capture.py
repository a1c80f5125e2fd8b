"""Test captured mail: what hostile messages show, and that names stay in the folder."""

import pytest
from django.core.mail import EmailMessage, get_connection

from avow.errors import MailError
from avow.mail.capture import folder, forget, message, messages
from avow.mail.refuse import Refuse
from avow.record.known.address import parse

NAME = "20260102T030405000006-0123abcd"


def captured(data: bytes, name: str = NAME) -> None:
    """Put a captured message into the folder."""
    folder().mkdir(parents=True, exist_ok=True)
    (folder() / f"{name}.eml").write_bytes(data)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff\xfe\x00",
        b"Subject: =?utf-8?b?!!!?=\r\nFrom: <<>>\r\nContent-Type: text/html; charset=nonsense\r\n\r\n<b>\xff",
        b"Content-Type: multipart/alternative; boundary=x\r\n\r\n--y\r\n",
        b"Content-Type: multipart/mixed\r\nTo: a\r\n b\r\n\r\n",
    ],
)
def test_whatever_came_can_be_looked_at(data: bytes) -> None:
    """A damaged message is shown as far as it goes."""
    captured(data)
    assert message(NAME).name == NAME
    assert NAME in [one.name for one in messages()]
    (folder() / f"{NAME}.eml").unlink()


@pytest.mark.parametrize("name", ["../keys/token", "..", "", "/etc/passwd", "a.b", "20260102", "9" * 400])
def test_a_name_is_no_path(name: str) -> None:
    """Only a captured message's own name finds anything."""
    captured(b"Subject: x\r\n\r\n")
    with pytest.raises(MailError, match="no such captured message"):
        message(name)


def test_whoever_is_forgotten_is_forgotten_here() -> None:
    """What was captured for a mailbox goes, in whatever alphabet its address is; another's mail stays."""
    for number, address in enumerate(("Zoë@example.org", "zoë+tag@example.org", "zoe@example.org", "no address")):
        captured(f"From: us@example.com\r\nTo: {address}\r\n\r\nTo: alice\r\n".encode(), f"{NAME[:-1]}{number}")
    assert forget([parse("zoë@example.org").reach_id]) == 2
    assert {name[-1] for name in (one.name for one in messages()) if name.startswith(NAME[:-1])} >= {"2", "3"}
    for path in folder().glob(f"{NAME[:-1]}[23].eml"):
        path.unlink()
    assert forget([]) == 0


def test_mail_past_the_gate_is_refused() -> None:
    """A library that sends by itself sends nothing."""
    backend = get_connection("avow.mail.refuse.Refuse")
    assert isinstance(backend, Refuse)
    with pytest.raises(MailError, match="without a clearance"):
        EmailMessage("s", "b", "a@example.com", ["b@example.org"], connection=backend).send()
