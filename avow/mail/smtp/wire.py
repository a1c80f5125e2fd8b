"""Keep a few connections to the mail server and hand batches over on them."""

import asyncio
import atexit
import ipaddress
from collections import deque
from collections.abc import Callable, Coroutine, Iterator, Sequence
from concurrent.futures import Future
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from threading import Thread
from typing import Any, TypeVar

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

Result = TypeVar("Result")
_IPV6 = 6
_NOT_BEGUN = Outcome(DeliveryState.WAITING, "")
_STALE = 1.0
"""Seconds after which an idle connection is asked whether it still stands."""


@dataclass(slots=True)
class Wire:
    """The way out: connections to one server, opened when needed, kept between batches; a thread of its own works them.

    `most` is how many there may be, `batch` how many messages are to be handed over together. A mail server that asks
    for patience, or goes away, gets half as many connections; each batch that it takes without a word allows one more.
    """

    server: Server
    loop: asyncio.AbstractEventLoop
    most: int
    connections: list[Connection] = field(default_factory=list)
    allowed: int = 0
    batch: int = 100
    _used: float = 0.0

    @property
    def eight_bit(self) -> bool:
        """Say whether every connection takes eight bits."""
        return all("8BITMIME" in connection.offers for connection in self.connections)

    @property
    def short(self) -> bool:
        """Say whether connections were lost, so that more should be opened before the next batch."""
        return sum(not connection.closed for connection in self.connections) < self.allowed

    def ready(self, wanted: int = 1000) -> None:
        """Open what is missing of `wanted` connections; raise MailError if there would be none."""
        self._run(self._ready(wanted)).result()

    def hand(
        self, messages: Sequence[Message], lease: float, begun: Callable[[int], None] = lambda _: None
    ) -> Future[list[Outcome]]:
        """Begin to hand messages over, behind those that are on their way; gives an outcome for each.

        Each connection goes on with them as soon as it is through with those before. No final dot begins after the
        lease (seconds of `elapsed`). `begun` is told the number of each message just before its final dot.
        """
        return self._run(self._hand(messages, lease, begun))

    def close(self) -> None:
        """Say goodbye on every connection."""
        self._run(self._close()).result()

    def _run(self, what: Coroutine[Any, Any, Result]) -> Future[Result]:
        return asyncio.run_coroutine_threadsafe(what, self.loop)

    async def _ready(self, wanted: int) -> None:
        self.allowed = self.allowed or self.most
        if elapsed() - self._used > _STALE:
            await asyncio.gather(*(self._probe(connection) for connection in self.connections))
        self.connections = [connection for connection in self.connections if not connection.closed]
        missing = max(0, min(wanted, self.allowed) - len(self.connections))
        opened = await asyncio.gather(
            *(connect(self.server, _greeting()) for _ in range(missing)), return_exceptions=True
        )
        self._used = elapsed()
        self.connections += [found for found in opened if isinstance(found, Connection)]
        errors = [error for error in opened if isinstance(error, BaseException)]
        if not self.connections:
            raise errors[0]
        if errors:
            self.allowed = len(self.connections)

    async def _probe(self, connection: Connection) -> None:
        """Ask an idle connection whether it still stands."""
        try:
            good = not connection.closed and (await connection.ask("NOOP")).good
        except (MailError, OSError):
            good = False
        if not good:
            connection.drop()

    async def _hand(self, messages: Sequence[Message], lease: float, begun: Callable[[int], None]) -> list[Outcome]:
        queue: deque[Taken] = deque(enumerate(messages))
        outcomes: dict[int, Outcome] = {}
        hands = [Hand(one, queue, lease, outcomes, begun=begun) for one in self.connections if not one.closed]
        await asyncio.gather(*map(_work, hands))
        strained = any(hand.strained for hand in hands)
        self.allowed = max(1, self.allowed // 2) if strained else min(self.most, self.allowed + 1)
        if strained:
            await asyncio.gather(*map(_leave, self.connections[self.allowed :]))
        self._used = elapsed()
        return [outcomes.get(number, _NOT_BEGUN) for number in range(len(messages))]

    async def _close(self) -> None:
        await asyncio.gather(*(connection.quit() for connection in self.connections))


async def _work(hand: Hand) -> None:
    """Let a hand work when the one before it on its connection is through."""
    async with hand.connection.turn:
        if not hand.connection.closed:
            await hand.work()


async def _leave(connection: Connection) -> None:
    """Say goodbye on a connection when nobody speaks on it."""
    async with connection.turn:
        await connection.quit()


@dataclass(slots=True)
class _Kept:
    """A way out that is kept open: its address, what closes it, and when it was used last."""

    url: str
    stack: ExitStack
    wire: Wire
    used: float = 0.0


_kept: list[_Kept] = []


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
def kept() -> Iterator[Wire]:
    """Open the way out and leave it open for the next who asks, so that connections outlive a turn."""
    url = config().smtp
    if _kept and _kept[0].url != url:
        let_go()
    if not _kept:
        stack = ExitStack()
        _kept.append(_Kept(url, stack, stack.enter_context(wire())))
    _kept[0].used = elapsed()
    try:
        yield _kept[0].wire
    except BaseException:
        let_go()
        raise
    _kept[0].used = elapsed()


def let_go(idle: float = 0.0) -> None:
    """Close what was kept open, if nobody used it for so many seconds."""
    if _kept and elapsed() - _kept[0].used >= idle:
        _kept.pop().stack.close()


atexit.register(let_go)


@contextmanager
def _runner(url: str) -> Iterator[Wire]:
    loop = asyncio.new_event_loop()
    thread = Thread(target=loop.run_forever, name="wire", daemon=True)
    thread.start()
    try:
        found = Wire(server(url), loop, config().connections)
        try:
            yield found
        finally:
            found.close()
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


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
