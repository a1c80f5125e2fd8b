"""Test the way to a mail server: its address, the login, and who does not speak SMTP."""

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest

from avow.errors import ConfigError, MailError
from avow.mail.smtp.connection import connect
from avow.mail.smtp.server import Server, server


@pytest.mark.parametrize(
    ("url", "found"),
    [
        ("smtp://mx.example.com", Server("mx.example.com", 25)),
        ("smtps://mx.example.com", Server("mx.example.com", 465, tls=True)),
        ("smtp://a%40b:p%3Aw@mx.example.com:587", Server("mx.example.com", 587, False, "a@b", "p:w")),
        ("smtp://[::1]:2525", Server("::1", 2525)),
    ],
)
def test_an_address_is_read(url: str, found: Server) -> None:
    """Host, port, TLS and login, with percent signs undone."""
    assert server(url) == found
    assert found.near == (found.host == "::1")


@pytest.mark.parametrize(
    "url", ["", "mx.example.com", "http://mx.example.com", "smtp://", "smtp://x:99999", "smtp://x/y"]
)
def test_what_is_no_address_is_said(url: str) -> None:
    """The error names the setting and shows how it is written."""
    with pytest.raises(ConfigError, match="AVOW_SMTP"):
        server(url)


@contextmanager
def answering(*replies: bytes) -> Iterator[Server]:
    """Run a server that says one thing after the other, whatever it hears."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def run() -> None:
            found, _ = listening.accept()
            with found, suppress(ConnectionResetError):
                for reply in replies:
                    found.sendall(reply)
                    if not found.recv(1000):
                        return

        thread = threading.Thread(target=run)
        thread.start()
        yield Server("127.0.0.1", listening.getsockname()[1], False, "avow", "secret")
        thread.join(10)


HELLO = (b"220 hello\r\n", b"250-hello\r\n250 AUTH LOGIN PLAIN\r\n")


@pytest.mark.parametrize(
    ("replies", "why"),
    [
        ((b"HTTP/1.1 400 Bad Request\r\n",), "does not speak SMTP"),
        ((b"554 5.7.1 go away\r\n",), "refused the greeting: 554 5.7.1 go away"),
        ((b"220 hello\r\n", b"502 what\r\n"), "refused EHLO"),
        ((*HELLO, b"535 5.7.8 wrong\r\n"), "refused the login: 535"),
        ((b"220 hello\r\n", b"250-hello\r\n250 AUTH CRAM-MD5\r\n"), "neither AUTH PLAIN nor LOGIN"),
    ],
)
def test_each_step_that_fails_is_named(replies: tuple[bytes, ...], why: str) -> None:
    """A wrong port, a refusal, a wrong password: each says which it was."""
    with answering(*replies) as found, pytest.raises(MailError, match=why):
        asyncio.run(connect(found, "localhost"))


def test_a_login_goes_through() -> None:
    """With a login that is taken, the connection is ready."""

    async def run(found: Server) -> None:
        connection = await connect(found, "localhost")
        assert connection.offers == {"AUTH": "LOGIN PLAIN"}
        connection.drop()

    with answering(*HELLO, b"235 welcome\r\n") as found:
        asyncio.run(run(found))
