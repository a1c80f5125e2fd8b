"""Speak LMTP (RFC 2033): each letter is answered for each recipient, and for all of them alike."""

import asyncio
import socket
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from threading import Barrier
from typing import Any, Final

from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.db import connections

from avow.errors import AvowError, ConfigError
from avow.lmtp.hands import Hands
from avow.lmtp.take import LATER, take, take_up
from avow.mail.taken.raw import Raw

LARGEST: Final = 50 * 1024 * 1024
"""Bytes of a letter that is taken; a larger one is refused for good."""
_THREADS: Final = 8
_WAITING: Final = 100
"""Connections that may wait to be answered."""
_TAKEN: Final = "250 2.0.0 taken"
_LATER: Final = "451 4.3.0 neither store nor disk takes this letter now; try again"


class Speech(LMTP):
    """LMTP that takes lines of any length: a letter is kept as it came."""

    line_length_limit = 1_000_000


class Door:
    """Takes letters as aiosmtpd hands them on."""

    def __init__(self) -> None:
        self.threads = ThreadPoolExecutor(_THREADS, "letters")

    async def handle_RCPT(  # noqa: N802 -- aiosmtpd calls it so
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take whatever our mail server routes here."""
        _ = server, session, options
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 ok"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 -- same
        """Take a letter, and answer once for each recipient."""
        _ = server, session
        content = envelope.original_content
        data = content if isinstance(content, bytes) else b""
        letter = Raw(envelope.mail_from or "", tuple(envelope.rcpt_tos), data)
        taken = await asyncio.get_running_loop().run_in_executor(self.threads, _taken, letter)
        return "\r\n".join([_TAKEN if taken else _LATER] * len(envelope.rcpt_tos))

    def close(self) -> None:
        """Let what is in hand be finished, and give back each thread's connection to the store."""
        together = Barrier(_THREADS)
        for _ in range(_THREADS):
            self.threads.submit(_leave, together)
        self.threads.shutdown()


def _leave(together: Barrier) -> None:
    """Close this thread's connections, when each thread has come to do so."""
    together.wait(LATER)
    connections.close_all()


def _taken(letter: Raw) -> bool:
    """Take a letter; whatever it holds, the door stays open."""
    try:
        return take(letter)
    except Exception as error:  # noqa: BLE001 -- one letter must not close the door to the others
        sys.stderr.write(f"avow: a letter could not be taken: {type(error).__name__}\n")
        return False


async def serve(at: socket.socket, stop: asyncio.Event, hands: Hands | None = None) -> None:
    """Take letters at a socket until told to stop.

    Whoever keeps the other hands takes up meanwhile what waits.
    """
    door, loop = Door(), asyncio.get_running_loop()

    def made() -> Any:
        return Speech(door, data_size_limit=LARGEST, enable_SMTPUTF8=True, hostname="localhost", loop=loop)

    unix = at.family is socket.AF_UNIX
    server = await (loop.create_unix_server(made, sock=at) if unix else loop.create_server(made, sock=at))
    again = asyncio.create_task(_again(door, hands)) if hands else None
    await stop.wait()
    server.close()
    if again:
        again.cancel()
        with suppress(asyncio.CancelledError):
            await again
    await asyncio.to_thread(door.close)


def listen(where: str) -> socket.socket:
    """Listen at the path of a socket or at address:port; raise ConfigError if nobody can."""
    host, colon, port = where.rpartition(":")
    try:
        if colon and port.isdigit():
            host = host.strip("[]")
            return socket.create_server((host, int(port)), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
        _free(Path(where))
        found = socket.socket(socket.AF_UNIX)
        found.bind(where)
        Path(where).chmod(0o660)
        found.listen(_WAITING)
    except OSError as error:
        raise ConfigError(f"nobody can listen at {where}: {error.strerror or error}", "set AVOW_LMTP") from error
    return found


def _free(path: Path) -> None:
    """Take away the socket of a door that ended; the folder's lock says that none is open."""
    if path.is_socket():
        path.unlink()


async def _again(door: Door, hands: Hands) -> None:
    """Take up what waits, and keep the other hands, again and again."""
    while True:
        hands.keep()
        await asyncio.get_running_loop().run_in_executor(door.threads, _up)
        await asyncio.sleep(LATER / 3)


def _up() -> None:
    try:
        take_up()
    except (AvowError, OSError) as error:
        sys.stderr.write(f"avow: letters wait: {error}\n")
    except Exception as error:  # noqa: BLE001 -- what waits is on the disk, and is tried again
        sys.stderr.write(f"avow: letters wait: {type(error).__name__}\n")
        connections.close_all()
