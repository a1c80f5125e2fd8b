"""Let a talk with a mail server go on at each of its replies, with no task and no waiting in between."""

import asyncio
from collections.abc import Callable, Generator

from avow.errors import MailError
from avow.mail.smtp.connection import Connection
from avow.mail.smtp.reply import Reply, ReplyReader

Talk = Generator[float | None, Reply | None, None]
"""What is said, as a generator: it yields None to wait for the next reply, or how many seconds it waits for room."""


class Talking(asyncio.Protocol):
    """One talk on one connection: each reply is sent into the generator, what goes wrong is thrown into it."""

    def __init__(self, talk: Talk, patience: float) -> None:
        """Begin the talk; a reply is waited for `patience` seconds."""
        self.loop = asyncio.get_running_loop()
        self.done: asyncio.Future[None] = self.loop.create_future()
        self._talk, self._patience = talk, patience
        self._reader, self._ready = ReplyReader(), list[Reply]()
        self._wants_room = self._full = False
        self._deadline = self.loop.time() + patience
        self._timer = self.loop.call_at(self._deadline, self._ring)

    def begin(self) -> None:
        """Say the first words."""
        self._step(None)

    def pause_writing(self) -> None:
        """Note that the kernel took not all."""
        self._full = True

    def resume_writing(self) -> None:
        """Go on with what waited for room."""
        self._full = False
        if self._wants_room and not self.done.done():
            self._step(None)
            self._feed()

    def data_received(self, data: bytes) -> None:
        """Send the replies that came into the talk."""
        try:
            self._ready += self._reader.feed(data)
        except MailError as error:
            self._throw(error)
            return
        self._feed()

    def eof_received(self) -> None:
        """Tell the talk that nobody is there any more."""
        self._throw(MailError("the mail server closed the connection"))

    def connection_lost(self, exc: Exception | None) -> None:
        """Tell the talk that nobody is there any more."""
        words = f"the connection to the mail server broke: {exc}" if exc else "the mail server closed the connection"
        self._throw(MailError(words))

    def left(self) -> list[Reply]:
        """Give the replies that nobody asked for."""
        return self._ready

    def stop(self) -> None:
        """Stop the clock."""
        self._timer.cancel()

    def _feed(self) -> None:
        while self._ready and not self._wants_room and not self.done.done():
            self._step(self._ready.pop(0))

    def _step(self, reply: Reply | None) -> None:
        self._go(lambda: self._talk.send(reply))

    def _throw(self, error: MailError) -> None:
        if not self.done.done():
            self._go(lambda: self._talk.throw(error))

    def _go(self, step: Callable[[], float | None]) -> None:
        """Take a step, and as many more as there is room for."""
        try:
            room = step()
            while room is not None and not self._full:
                room = self._talk.send(None)
        except StopIteration:
            self._end(None)
        except BaseException as error:  # noqa: BLE001 -- whoever waits for the talk is told
            self._end(error)
        else:
            self._wants_room = room is not None
            self._deadline = self.loop.time() + (self._patience if room is None else room)
            if self._deadline < self._timer.when():
                self._timer.cancel()
                self._timer = self.loop.call_at(self._deadline, self._ring)

    def _end(self, error: BaseException | None) -> None:
        if error is None:
            self.done.set_result(None)
        else:
            self.done.set_exception(error)

    def _ring(self) -> None:
        """Say that the time is up, or wait on where it was put off."""
        if self.done.done():
            return
        if self.loop.time() < self._deadline:
            self._timer = self.loop.call_at(self._deadline, self._ring)
        elif self._wants_room:
            self._throw(MailError("the mail server was too slow to take the message in time"))
        else:
            self._throw(MailError("the mail server does not answer"))


async def converse(connection: Connection, talk: Talk, patience: float) -> None:
    """Hold a talk on a connection from its first word to its last; replies that are left over stay for the next."""
    transport = connection.writer.transport
    before = transport.get_protocol()
    talking = Talking(talk, patience)
    transport.set_protocol(talking)
    try:
        talking.begin()
        await talking.done
    finally:
        talking.stop()
        transport.set_protocol(before)
        connection.keep(talking.left())
