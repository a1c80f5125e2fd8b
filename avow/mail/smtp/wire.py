"""Keep a few connections to the mail server and hand batches over on them."""

import asyncio
import ipaddress
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from avow.config import config
from avow.errors import ConfigError, MailError
from avow.mail.capture import catching
from avow.mail.links import host
from avow.mail.message import Message
from avow.mail.smtp.clock import elapsed
from avow.mail.smtp.connection import Connection, connect
from avow.mail.smtp.hand import Hand, Outcome, Taken
from avow.mail.smtp.server import Server, server
from avow.terms import DeliveryState

CONNECTIONS = 10
"""How many messages are on their way at once."""
_IPV6 = 6
_NOT_BEGUN = Outcome(DeliveryState.WAITING, "")


@dataclass(slots=True)
class Wire:
    """The way out: connections to one server, opened when needed, kept between batches."""

    server: Server
    runner: asyncio.Runner
    connections: list[Connection] = field(default_factory=list)

    @property
    def eight_bit(self) -> bool:
        """Say whether every connection takes eight bits."""
        return all("8BITMIME" in connection.offers for connection in self.connections)

    def ready(self, wanted: int = CONNECTIONS) -> None:
        """Open what is missing of `wanted` connections; raise MailError if there would be none."""
        self.runner.run(self._ready(wanted))

    def hand(self, messages: Sequence[Message], lease: float) -> list[Outcome]:
        """Hand messages over until the lease (seconds of `elapsed`) ends; give an outcome for each."""
        return self.runner.run(self._hand(messages, lease))

    def close(self) -> None:
        """Say goodbye on every connection."""
        self.runner.run(self._close())

    async def _ready(self, wanted: int) -> None:
        await asyncio.gather(*(self._probe(connection) for connection in self.connections))
        self.connections = [connection for connection in self.connections if not connection.closed]
        missing = max(0, min(wanted, CONNECTIONS) - len(self.connections))
        opened = await asyncio.gather(
            *(connect(self.server, _greeting()) for _ in range(missing)), return_exceptions=True
        )
        self.connections += [found for found in opened if isinstance(found, Connection)]
        if not self.connections:
            raise next(error for error in opened if isinstance(error, BaseException))

    async def _probe(self, connection: Connection) -> None:
        """Ask an idle connection whether it still stands."""
        try:
            good = not connection.closed and (await connection.ask("NOOP")).good
        except (MailError, OSError):
            good = False
        if not good:
            connection.drop()

    async def _hand(self, messages: Sequence[Message], lease: float) -> list[Outcome]:
        queue: deque[Taken] = deque(enumerate(messages))
        outcomes: dict[int, Outcome] = {}
        await asyncio.gather(*(Hand(one, queue, lease, outcomes).work() for one in self.connections))
        return [outcomes.get(number, _NOT_BEGUN) for number in range(len(messages))]

    async def _close(self) -> None:
        await asyncio.gather(*(connection.quit() for connection in self.connections))


@contextmanager
def wire(url: str = "") -> Iterator[Wire]:
    """Open the way out that AVOW_SMTP names; in development without one, messages are captured.

    Raises ConfigError in production without AVOW_SMTP: nothing is captured there.
    """
    url = url or config().smtp
    if not url and config().production:
        raise ConfigError("AVOW_SMTP is not set, and production captures no mail", "set it to smtp://host:port")
    if not url:
        with catching() as caught, _runner(caught) as found:
            yield found
    else:
        with _runner(url) as found:
            yield found


@contextmanager
def _runner(url: str) -> Iterator[Wire]:
    with asyncio.Runner() as runner:
        found = Wire(server(url), runner)
        try:
            yield found
        finally:
            found.close()


def _greeting() -> str:
    """Give the name to greet with: the site's, or its address as a literal (RFC 5321, section 4.1.3)."""
    name = host()
    try:
        address = ipaddress.ip_address(name)
    except ValueError:
        return name
    return f"[IPv6:{address}]" if address.version == _IPV6 else f"[{address}]"


def lease(seconds: float) -> float:
    """Give the instant of `elapsed` at which a lease of so many seconds, begun now, ends."""
    return elapsed() + seconds
