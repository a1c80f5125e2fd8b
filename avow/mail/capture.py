"""Catch mail in development: a real SMTP server on loopback that writes each message to a file."""

import asyncio
import os
import threading
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from uuid import uuid4

from aiosmtpd.smtp import SMTP, Envelope, Session

from avow.config import config
from avow.errors import AddressError, MailError
from avow.record.known.address import parse

_OFFERS = ("250-PIPELINING",)
_LONGEST = 60
"""Letters of the name of a captured message; no file system takes any length."""


@dataclass(frozen=True, slots=True)
class Captured:
    """One message as it was handed over; `text` and `html` are "" where it has none, `html` is not to be trusted."""

    name: str
    at: datetime
    sender: str
    recipient: str
    subject: str
    headers: tuple[tuple[str, str], ...]
    text: str
    html: str


class Catcher:
    """Take messages as aiosmtpd hands them on, and offer what a real mail server offers."""

    async def handle_EHLO(  # noqa: N802 -- aiosmtpd calls it so
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        """Offer PIPELINING too: commands wait in the stream until they are read."""
        _ = server, envelope
        session.host_name = hostname
        return [*responses[:-1], *_OFFERS, *responses[-1:]]

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 -- same
        """Write the message to a file that appears whole."""
        _ = server, session
        content = envelope.content
        await asyncio.to_thread(_write, content if isinstance(content, bytes) else (content or "").encode())
        return "250 captured"


def folder() -> Path:
    """Give the folder of captured mail."""
    return config().data / "mail"


def _write(content: bytes) -> None:
    folder().mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder() / f"{datetime.now(UTC):%Y%m%dT%H%M%S%f}-{uuid4().hex[:8]}.eml"
    part = path.with_suffix(".part")
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
    part.rename(path)


@contextmanager
def catching(handler: object | None = None) -> Iterator[str]:
    """Run the server on a free port of loopback, in a thread; give its address as in AVOW_SMTP."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="capture", daemon=True)
    thread.start()
    try:
        made = loop.create_server(
            lambda: SMTP(handler or Catcher(), enable_SMTPUTF8=True, hostname="localhost", loop=loop), "127.0.0.1", 0
        )
        server = asyncio.run_coroutine_threadsafe(made, loop).result(10)
        try:
            yield f"smtp://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        finally:
            loop.call_soon_threadsafe(server.close)
    finally:
        asyncio.run_coroutine_threadsafe(_settle(), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()


async def _settle() -> None:
    """End what still runs in this loop."""
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)


def messages(limit: int = 100) -> list[Captured]:
    """Give the newest captured messages, newest first."""
    found = sorted(folder().glob("*.eml"), reverse=True)[:limit] if folder().is_dir() else []
    return [_read(path) for path in found]


def message(name: str) -> Captured:
    """Give one captured message by its name; raise MailError if there is none."""
    path = folder() / f"{name}.eml"
    if len(name) > _LONGEST or not name.replace("-", "").isalnum() or not path.is_file():
        raise MailError("there is no such captured message", "go back to the list")
    return _read(path)


def forget(reaches: Collection[bytes]) -> int:
    """Let captured messages to some mailboxes go, their bytes written over first, and give how many there were."""
    if not reaches or not folder().is_dir():
        return 0
    found = [path for path in folder().glob("*.eml") if _reach(path) in reaches]
    for path in found:
        path.write_bytes(b"\0" * path.stat().st_size)
        path.unlink()
    return len(found)


def _reach(path: Path) -> bytes | None:
    """Give the mailbox that a captured message went to, as its own line says; None if it says none that we write."""
    try:
        head = path.read_bytes().partition(b"\r\n\r\n")[0]
        line = next((line for line in head.splitlines() if line[:3].lower() == b"to:"), b"")
        return parse(line[3:].decode().strip()).reach_id
    except (AddressError, OSError, UnicodeDecodeError):
        return None


def _read(path: Path) -> Captured:
    parsed = message_from_bytes(path.read_bytes(), policy=policy.default)
    assert isinstance(parsed, EmailMessage)  # noqa: S101 -- what policy.default gives
    return Captured(
        path.stem,
        datetime.strptime(path.stem[:21], "%Y%m%dT%H%M%S%f").replace(tzinfo=UTC),
        _safe(parsed, "From"),
        _safe(parsed, "To"),
        _safe(parsed, "Subject"),
        tuple((header, str(value)) for header, value in parsed.items()),
        _content(parsed, "plain"),
        _content(parsed, "html"),
    )


def _safe(parsed: EmailMessage, header: str) -> str:
    return str(parsed.get(header, ""))


def _content(parsed: EmailMessage, kind: str) -> str:
    part = parsed.get_body((kind,))
    if part is None:
        return ""
    raw = part.get_payload(decode=True)
    return raw.decode("utf-8", "replace") if isinstance(raw, bytes) else ""
