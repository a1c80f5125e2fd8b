"""Run a mail server that asserts: what it is told to answer, and every message it really took."""

import asyncio
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from aiosmtpd.smtp import SMTP, Envelope, Session

from avow.mail.capture import Catcher, catching


@dataclass
class Sink(Catcher):
    """Answers by recipient's local part: at RCPT and at the end; what was accepted is in `taken`."""

    rcpt: Mapping[str, str] = field(default_factory=dict)
    end: Mapping[str, str] = field(default_factory=dict)
    url: str = ""
    pause: float = 0.0
    hook: Callable[[str], None] | None = None
    taken: list[tuple[str, bytes]] = field(default_factory=list)
    whole: list[str] = field(default_factory=list)

    async def handle_RCPT(  # noqa: N802 -- aiosmtpd calls it so
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Answer as told."""
        assert options == []
        _ = session
        answer = self.rcpt.get(address.partition("@")[0], "250 ok")
        await asyncio.sleep(self.pause)
        if answer == "close":
            _abort(server)
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 -- same
        """Take the whole message and answer as told; "close" and "silence" answer nothing."""
        _ = session
        assert len(envelope.rcpt_tos) == 1, "a message goes to one mailbox"
        address = envelope.rcpt_tos[0]
        self.whole.append(address)
        if self.hook:
            await asyncio.to_thread(self.hook, address)
        answer = self.end.get(address.partition("@")[0], "250 taken")
        if answer == "close":
            _abort(server)
        elif answer == "silence":
            await asyncio.sleep(60)
        elif answer.startswith("250"):
            assert isinstance(envelope.original_content, bytes)
            self.taken.append((address, envelope.original_content))
        return answer


def _abort(server: SMTP) -> None:
    assert isinstance(server.transport, asyncio.Transport)
    server.transport.abort()


@contextmanager
def sink(
    rcpt: Mapping[str, str] | None = None,
    end: Mapping[str, str] | None = None,
    pause: float = 0.0,
    hook: Callable[[str], None] | None = None,
) -> Iterator[Sink]:
    """Run a sink; `url` is its address, `hook` runs when a message is whole and not yet answered."""
    made = Sink(rcpt or {}, end or {}, pause=pause, hook=hook)
    with catching(made) as made.url:
        yield made
