"""Hold one connection to a mail server: greeting, TLS, login, then messages by pipelining (RFC 2920)."""

import asyncio
import base64
import contextlib
import socket
import ssl
import struct
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field

from avow.errors import MailError
from avow.mail.smtp.reply import Reply, ReplyReader, offers
from avow.mail.smtp.server import Server

PATIENCE = 30.0
"""Seconds to wait for any reply."""


@dataclass(slots=True)
class Connection:
    """A connection that is ready for MAIL; `offers` is what the server can do, `turn` is held by who speaks."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    offers: dict[str, str] = field(default_factory=dict)
    closed: bool = False
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    _replies: ReplyReader = field(default_factory=ReplyReader)
    _ready: deque[Reply] = field(default_factory=deque)

    async def reply(self, patience: float = PATIENCE) -> Reply:
        """Give the next reply; raise MailError when none comes in time (seconds) or the connection ends."""
        while not self._ready:
            try:
                data = await asyncio.wait_for(self.reader.read(65536), patience)
            except TimeoutError as error:
                raise MailError("the mail server does not answer") from error
            except OSError as error:
                raise MailError(f"the connection to the mail server broke: {error}") from error
            if not data:
                raise MailError("the mail server closed the connection")
            self._ready.extend(self._replies.feed(data))
        return self._ready.popleft()

    def write(self, data: bytes) -> None:
        """Write, as far as the kernel takes it."""
        self.writer.transport.write(data)

    @property
    def unsent(self) -> int:
        """Give how many bytes the kernel has not taken yet."""
        return self.writer.transport.get_write_buffer_size()

    @property
    def secret(self) -> bool:
        """Say whether TLS stands between us and the kernel, so that nobody can say which bytes it took."""
        return self.writer.get_extra_info("ssl_object") is not None

    def keep(self, replies: Iterable[Reply]) -> None:
        """Keep replies for whoever asks next."""
        self._ready.extend(replies)

    async def ask(self, command: str) -> Reply:
        """Write one command and give its reply."""
        self.writer.write(command.encode() + b"\r\n")
        return await self.reply()

    def forget(self) -> None:
        """Forget what was said before TLS: a stranger on the wire may have said it (RFC 3207, section 4.2)."""
        self.offers, self._replies = {}, ReplyReader()
        self._ready.clear()

    async def quit(self) -> None:
        """Say goodbye and close; what goes wrong here harms nobody."""
        if not self.closed:
            with contextlib.suppress(MailError, OSError):
                self.writer.write(b"QUIT\r\n")
                await self.reply(1.0)
            self.drop()

    def drop(self) -> None:
        """Close at once and throw away what the kernel has not sent, so that nothing leaves later."""
        if not self.closed:
            self.closed = True
            sock = self.writer.get_extra_info("socket")
            if sock is not None:
                with contextlib.suppress(OSError):
                    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.writer.transport.abort()


async def connect(server: Server, name: str) -> Connection:
    """Connect, greet as `name`, take TLS and log in; raise MailError that says which step failed."""
    context = ssl.create_default_context() if server.tls else None
    try:
        opened = asyncio.open_connection(server.host, server.port, ssl=context)
        reader, writer = await asyncio.wait_for(opened, PATIENCE)
    except (OSError, TimeoutError) as error:
        raise MailError(
            f"no mail server answers at {server.host}:{server.port}: {str(error) or 'no reply'}", "check AVOW_SMTP"
        ) from error
    writer.transport.set_write_buffer_limits(0)
    connection = Connection(reader, writer)
    try:
        await _greet(connection, server, name)
    except BaseException:
        connection.drop()
        raise
    return connection


async def _greet(connection: Connection, server: Server, name: str) -> None:
    _check(await connection.reply(), "the greeting")
    await _ehlo(connection, name)
    if "STARTTLS" in connection.offers and not server.tls and not server.near:
        _check(await connection.ask("STARTTLS"), "STARTTLS")
        try:
            await asyncio.wait_for(
                connection.writer.start_tls(ssl.create_default_context(), server_hostname=server.host), PATIENCE
            )
        except (OSError, TimeoutError) as error:
            raise MailError(f"TLS with {server.host} failed: {error}", "check the server's certificate") from error
        connection.writer.transport.set_write_buffer_limits(0)
        connection.forget()
        await _ehlo(connection, name)
    if server.login:
        secret = server.tls or server.near or connection.writer.get_extra_info("ssl_object") is not None
        await _log_in(connection, server, secret=secret)


async def _ehlo(connection: Connection, name: str) -> None:
    reply = _check(await connection.ask(f"EHLO {name}"), "EHLO")
    connection.offers = offers(reply)


async def _log_in(connection: Connection, server: Server, *, secret: bool) -> None:
    ways = connection.offers.get("AUTH", "").upper().split()
    if not secret:
        raise MailError("the mail server offers no TLS, and the password would cross in clear", "use smtps://")
    if "PLAIN" in ways:
        word = base64.b64encode(f"\0{server.login}\0{server.password}".encode()).decode()
        _check(await connection.ask(f"AUTH PLAIN {word}"), "the login")
    elif "LOGIN" in ways:
        _check(await connection.ask("AUTH LOGIN"), "the login")
        _check(await connection.ask(base64.b64encode(server.login.encode()).decode()), "the login")
        _check(await connection.ask(base64.b64encode(server.password.encode()).decode()), "the login")
    else:
        raise MailError("the mail server offers neither AUTH PLAIN nor LOGIN", "take the login out of AVOW_SMTP")


def _check(reply: Reply, step: str) -> Reply:
    if not reply.good:
        raise MailError(f"the mail server refused {step}: {reply.text}", "check AVOW_SMTP")
    return reply
