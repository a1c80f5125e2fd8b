"""Read a mailbox that somebody else's server keeps (IMAP4rev1, RFC 3501); nothing in it is changed but a flag."""

import imaplib
import ipaddress
import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.utils import getaddresses
from typing import Final
from urllib.parse import unquote, urlsplit

from avow.errors import MailError
from avow.mail.taken.raw import Raw

PATIENCE: Final = 60.0
"""Seconds to wait for an answer of the server."""
_HINT: Final = "check AVOW_IMAP, and what the server says of the account"
_TO: Final = ("delivered-to", "x-original-to", "envelope-to")
"""Where mail servers write whom they delivered to; the uppermost is theirs, what stands below may be the sender's."""
_SIZE: Final = re.compile(rb"RFC822\.SIZE (\d+)")
_MOST: Final = 10


@dataclass(frozen=True, slots=True)
class Account:
    """Where letters lie: host and port, whether TLS comes first, as whom, in which folder."""

    host: str
    port: int
    tls: bool
    login: str
    password: str = field(repr=False)
    folder: str

    @property
    def near(self) -> bool:
        """Say whether the server is on this machine, so that no wire needs secrecy."""
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return self.host == "localhost"


def account(url: str) -> Account:
    """Read AVOW_IMAP, which the settings have checked."""
    parts = urlsplit(url)
    tls = parts.scheme == "imaps"
    return Account(
        parts.hostname or "",
        parts.port or (993 if tls else 143),
        tls,
        unquote(parts.username or ""),
        unquote(parts.password or ""),
        unquote(parts.path.strip("/")) or "INBOX",
    )


@dataclass(slots=True)
class Mailbox:
    """An open folder: its letters that nobody has seen, each by its number there (UID)."""

    wire: imaplib.IMAP4

    def unseen(self) -> list[str]:
        """Give the numbers of the letters that are not seen, oldest first."""
        found = [line for line in self._ask("SEARCH", "UNSEEN", "UNDELETED") if isinstance(line, bytes)]
        return sorted(b" ".join(found).decode().split(), key=int)

    def size(self, letter: str) -> int:
        """Give a letter's length in bytes; 0 if it is gone."""
        told = self._ask("FETCH", letter, "(RFC822.SIZE)")
        found = _SIZE.search(b" ".join(part for part in told if isinstance(part, bytes)))
        return int(found[1]) if found else 0

    def read(self, letter: str) -> Raw | None:
        """Read a letter without marking it seen; None if it is gone."""
        for part in self._ask("FETCH", letter, "(BODY.PEEK[])"):
            if isinstance(part, tuple):
                return raw(part[1])
        return None

    def mark(self, letter: str, *flags: str) -> None:
        """Set flags on a letter, and keep those that it has."""
        self._ask("STORE", letter, "+FLAGS.SILENT", f"({' '.join(flags)})")

    def _ask(self, *words: str) -> list[bytes | tuple[bytes, bytes]]:
        answer, told = self.wire.uid(*words)
        if answer != "OK":
            raise MailError(f"the server answers {answer} to {words[0]}", _HINT)
        return list(told)


def raw(data: bytes) -> Raw:
    """Give a letter with the envelope that the server wrote above it; where it wrote no sender, with its From."""
    head = message_from_bytes(data.partition(b"\r\n\r\n")[0][:100_000])
    sender = _addresses(str(head.get("return-path", head.get("from", ""))))[:1]
    to = [one for name in _TO for one in _addresses(str(head.get(name, "")))[:_MOST]]
    return Raw(sender[0] if sender else "", tuple(dict.fromkeys(to)), data)


def _addresses(value: str) -> list[str]:
    return [found for _, found in getaddresses([value]) if "@" in found]


@contextmanager
def opened(where: Account) -> Iterator[Mailbox]:
    """Open the folder of an account; raise MailError if the server is away, refuses, or has no TLS and is not here."""
    try:
        with _connected(where) as wire:
            wire.login(where.login, where.password)
            answer, told = wire.select(f'"{where.folder}"')
            if answer != "OK":
                raise MailError(f"there is no folder {where.folder!r}: {told[0]!r}"[:200], _HINT)
            yield Mailbox(wire)
    except (imaplib.IMAP4.error, OSError) as error:
        raise MailError(f"{where.host}:{where.port} keeps no letters for us now: {error}"[:300], _HINT) from error


def _connected(where: Account) -> imaplib.IMAP4:
    if where.tls:
        return imaplib.IMAP4_SSL(where.host, where.port, ssl_context=ssl.create_default_context(), timeout=PATIENCE)
    wire = imaplib.IMAP4(where.host, where.port, timeout=PATIENCE)
    if not where.near:
        wire.starttls(ssl.create_default_context())
    return wire
