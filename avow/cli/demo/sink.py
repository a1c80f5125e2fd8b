"""Receive mail by real SMTP and keep count of it, for as long as the demo runs."""

import re
import socket
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from types import SimpleNamespace
from typing import Any, Final, TypeVar

from aiosmtpd.controller import Controller

_CONFIRM: Final = re.compile(rb"/confirm/([A-Za-z0-9_-]+)/")


class Sink:
    """What arrived: the links to confirm, and for each list the recipients with their number of copies."""

    def __init__(self) -> None:
        """Begin with nothing received."""
        self.confirm: list[str] = []
        self.copies: dict[str, Counter[str]] = {}
        self.lacking = 0

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 -- aiosmtpd's name
        """Take one message."""
        self.take(SimpleNamespace(content=envelope.content, to=envelope.rcpt_tos))
        return "250 kept"

    def take(self, mail: SimpleNamespace) -> None:
        """Count a message, and how many of a list lack what a marketing message must carry."""
        headers = message_from_bytes(mail.content, policy=policy.SMTP)
        if listed := headers["List-Id"]:
            self.copies.setdefault(str(listed), Counter()).update(mail.to)
            whole = all(headers[name] for name in ("List-Unsubscribe", "List-Unsubscribe-Post"))
            self.lacking += not whole
        elif found := _CONFIRM.search(mail.content.replace(b"=\r\n", b"")):
            self.confirm.append(found[1].decode())


Kind = TypeVar("Kind", bound=Sink)


@contextmanager
def sink() -> Iterator[tuple[Sink, int]]:
    """Run a sink on a free port of this machine; give it and the port."""
    with served(Sink()) as found:
        yield found


@contextmanager
def served(found: Kind) -> Iterator[tuple[Kind, int]]:
    """Run a sink of any kind on a free port of this machine; give it and the port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    controller = Controller(found, hostname="127.0.0.1", port=port, enable_SMTPUTF8=True)
    controller.start()
    try:
        yield found, port
    finally:
        controller.stop()
