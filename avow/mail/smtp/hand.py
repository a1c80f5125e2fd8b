"""Hand messages over on one connection, each under the lease: no final dot begins after it."""

from collections import deque
from collections.abc import Callable, Generator, MutableMapping
from dataclasses import dataclass
from typing import TypeVar

from avow.errors import MailError
from avow.mail.message import Message
from avow.mail.smtp.clock import elapsed
from avow.mail.smtp.connection import PATIENCE, Connection
from avow.mail.smtp.reply import Reply
from avow.mail.smtp.talk import Talk, converse
from avow.terms import DeliveryState

_DOT = b".\r\n"
_GO_ON = 354
_CLOSING = 421
_THREE = (b"", b"", b"")
"""Nothing to write for each of three replies, where all was written before."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one message, and the words of the mail server or ours (at most 200 characters)."""

    state: DeliveryState
    text: str


class LeaseOver(MailError):
    """The time to hand over ended before the final dot was begun."""


class Closing(MailError):
    """The mail server says that it closes, and asks for patience with that."""


Taken = tuple[int, Message]
"""A message under its number."""

Result = TypeVar("Result")
Part = Generator[float | None, Reply | None, Result]
"""A part of a talk, and what it comes to."""


@dataclass(slots=True)
class Hand:
    """One connection at work on a shared queue until the queue, the lease (seconds of `elapsed`) or itself ends.

    Each message taken gets its outcome; what stays in the queue was never begun. *Handed over* is when the final dot
    was written: a connection that ends after it without a reply leaves DOUBT. `begun` is told the number of each
    message whose dot is next; `strained` says that the mail server asked for patience or went away.
    """

    connection: Connection
    queue: deque[Taken]
    lease: float
    outcomes: MutableMapping[int, Outcome]
    patience: float = PATIENCE
    begun: Callable[[int], None] = lambda _: None
    strained: bool = False
    _dotted: bool = False

    async def work(self) -> None:
        """Take and hand over, one message after the other; body and next envelope cross together."""
        await converse(self.connection, self._talk(), self.patience)

    def _talk(self) -> Talk:
        taken = self._take()
        self._announce(taken)
        while taken:
            number, message = taken
            self._dotted, following = False, None
            try:
                outcome = yield from self._address(message)
                if outcome is None:
                    following = self._take() if self._pipelined else None
                    outcome = yield from self._text(number, message, following)
                self.outcomes[number] = outcome
            except MailError as error:
                self._broke(number, error, following)
                return
            if following is None:
                following = self._take()
                self._announce(following)
            taken = following

    def _broke(self, number: int, error: MailError, following: Taken | None) -> None:
        """Drop the connection; a message that only came too late behind others waits for the next lease."""
        self.connection.drop()
        self.strained = not isinstance(error, LeaseOver)
        late = isinstance(error, LeaseOver) and bool(self.outcomes)
        state = DeliveryState.WAITING if late else DeliveryState.DEFERRED
        self.outcomes[number] = Outcome(DeliveryState.DOUBT if self._dotted else state, str(error)[:200])
        if following:
            self.queue.appendleft(following)

    @property
    def _pipelined(self) -> bool:
        return "PIPELINING" in self.connection.offers

    def _take(self) -> Taken | None:
        """Take the next message that this server can carry, while the lease lasts."""
        while self.queue and elapsed() < self.lease:
            number, message = self.queue.popleft()
            needs = ["8BITMIME"] * message.eight_bit + ["SMTPUTF8"] * message.utf8
            lacks = [word for word in needs if word not in self.connection.offers]
            if not lacks:
                return number, message
            words = f"the mail server does not offer {' and '.join(lacks)}, which this message needs"
            self.outcomes[number] = Outcome(DeliveryState.FAILED, words)
        return None

    def _announce(self, taken: Taken | None) -> None:
        if taken and self._pipelined:
            self.connection.write(b"".join(self._envelope(taken[1])))

    def _envelope(self, message: Message) -> list[bytes]:
        """Give MAIL, RCPT and DATA of a message; it has one recipient."""
        marks = " BODY=8BITMIME" * message.eight_bit + " SMTPUTF8" * message.utf8
        if "SIZE" in self.connection.offers:
            marks += f" SIZE={len(message.data)}"
        first = f"MAIL FROM:<{message.sender}>{marks}\r\n"
        return [first.encode(), f"RCPT TO:<{message.recipient}>\r\n".encode(), b"DATA\r\n"]

    def _address(self, message: Message) -> Part[Outcome | None]:
        """Read the answers to the envelope; give what ends this message, or None when its text may follow."""
        replies: list[Reply] = []
        for command in _THREE if self._pipelined else self._envelope(message):
            if command:
                self.connection.write(command)
            replies.append((yield from _reply()))
            if replies[-1].code == _CLOSING:
                raise Closing(replies[-1].text)
            if not (self._pipelined or replies[-1].good):
                break
        if replies[-1].code == _GO_ON and all(reply.good for reply in replies):
            return None
        bad = next((reply for reply in replies if not reply.good), None)
        yield from self._clear(asked_for_text=replies[-1].code == _GO_ON)
        # A refusal of the sender is ours to mend, not the recipient's: it is tried again.
        if bad is None or bad is replies[0]:
            self.strained = True
            return Outcome(DeliveryState.DEFERRED, (bad or replies[-1]).text)
        return _judge(bad)

    def _clear(self, *, asked_for_text: bool) -> Part[None]:
        """Leave this envelope; a text asked for in spite of it is an empty one to nobody (RFC 2920, section 3.1)."""
        if asked_for_text:
            self.connection.write(_DOT)
            yield from _reply()
        self.connection.write(b"RSET\r\n")
        reply = yield from _reply()
        if not reply.good:
            raise MailError(reply.text)

    def _text(self, number: int, message: Message, following: Taken | None) -> Part[Outcome]:
        """Write the text, the final dot and the next envelope behind it, and judge the reply.

        They cross at once, unless TLS hides how much of it the kernel took.
        """
        body, tail = stuffed(message.data), _DOT
        if following:
            tail += b"".join(self._envelope(following[1]))
        if self.connection.secret:
            yield from self._write(body, dotted=0)
            body = b""
        self.begun(number)
        yield from self._write(body + tail, dotted=len(tail))
        return _judge((yield from _reply()))

    def _write(self, data: bytes, *, dotted: int) -> Part[None]:
        """Write, and wait until the kernel has all of it; raise MailError when the lease ends before.

        The last `dotted` bytes begin with the final dot: it was begun unless all of them are still ours.
        """
        left = self.lease - elapsed()
        if left <= 0:
            raise LeaseOver("the time to hand over was up before the message was whole")
        self._dotted = dotted > 0
        self.connection.write(data)
        try:
            yield left
        except MailError:
            self._dotted = dotted > 0 and (self.connection.secret or self.connection.unsent < dotted)
            raise


def _reply() -> Part[Reply]:
    """Wait for a reply."""
    reply = yield None
    if reply is None:
        raise MailError("the mail server does not answer")
    return reply


def stuffed(data: bytes) -> bytes:
    """Double each dot that begins a line (RFC 5321, section 4.5.2)."""
    body = data.replace(b"\r\n.", b"\r\n..")
    return b"." + body if body.startswith(b".") else body


def _judge(reply: Reply) -> Outcome:
    if reply.good:
        return Outcome(DeliveryState.SENT, reply.text)
    refused = reply.final
    return Outcome(DeliveryState.REFUSED if refused else DeliveryState.DEFERRED, reply.text)
