"""Be a mail server with moods: it stamps each final dot with its instant, and asserts what a message must carry."""

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from avow.cli.demo.mailing.servers.dot import Dot, read

_LINE: Final = 1 << 20
"""Bytes of a text, at most; a mailing's is far below."""
_SLOW = 1.0
_END: Final = b"\r\n.\r\n"
_TAKEN, _REFUSED = 250, 554


class Mood(StrEnum):
    """What the server does to the next message for a mailbox."""

    STALL = "reads its text late"
    SLOW = "answers it late"
    HANG_UP = "closes the connection before its text"
    CUT = "closes the connection in the middle of its text"
    SWALLOW = "reads it whole and closes without an answer"
    PATIENCE = "asks for patience, once"
    NOBODY = "says there is no such mailbox"
    REFUSE = "reads it whole and refuses it"


@dataclass(eq=False)
class Sink:
    """A server of its own thread; `moods` are by recipient, `stalled` is told of whom it lets wait.

    `pace` is how many seconds it takes over each message, `stall` how many it lets one wait that is to be stalled;
    `knows` says of a recipient whether there is such a mailbox.
    """

    port: int = 0
    dots: list[Dot] = field(default_factory=list)
    moods: dict[str, Mood] = field(default_factory=dict)
    met: list[Mood] = field(default_factory=list)
    stalled: Callable[[str], None] = lambda _: None
    knows: Callable[[str], bool] = lambda _: True
    dropped: int = 0
    pace: float = 0.0
    stall: float = 4.0
    _loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.new_event_loop)
    _going: asyncio.Event = field(default_factory=asyncio.Event)
    _open: set[asyncio.StreamWriter] = field(default_factory=set)

    def freeze(self, seconds: float) -> None:
        """Read nothing from anybody for a while; what was written meanwhile is read, and stamped, after."""
        self._loop.call_soon_threadsafe(self._going.clear)
        time.sleep(seconds)
        self._loop.call_soon_threadsafe(self._going.set)

    def drop(self) -> None:
        """Close every connection at once, whatever is on it."""

        def abort() -> None:
            self.dropped += len(self._open)
            for writer in self._open:
                writer.transport.abort()

        self._loop.call_soon_threadsafe(abort)

    async def _meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.add(writer)
        with suppress(OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            writer.write(b"220 sink\r\n")
            await self._talk(reader, writer)
        self._open.discard(writer)
        writer.transport.abort() if writer.transport.is_closing() else writer.close()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        recipient = ""
        while line := await reader.readline():
            await self._going.wait()
            verb = line[:4].upper().strip()
            if verb == b"RCPT":
                recipient = line.partition(b"<")[2].partition(b">")[0].decode()
                if not self._welcome(writer, recipient):
                    recipient = ""
            elif verb == b"DATA" and recipient:
                if not await self._take(reader, writer, recipient):
                    return
                recipient = ""
            else:
                writer.write(_ANSWERS.get(verb, b"503 5.5.1 not now\r\n"))
            await writer.drain()
            if verb == b"QUIT":
                return

    def _mood(self, recipient: str, *moods: Mood) -> Mood | None:
        """Give the mood for a mailbox if it is one of these; it passes, but for refusals."""
        mood = self.moods.get(recipient)
        if mood is None or mood not in moods:
            return None
        self.met.append(mood)
        if mood not in {Mood.NOBODY, Mood.REFUSE}:
            del self.moods[recipient]
        return mood

    def _welcome(self, writer: asyncio.StreamWriter, recipient: str) -> bool:
        match self._mood(recipient, Mood.NOBODY, Mood.PATIENCE):
            case Mood.NOBODY:
                writer.write(b"550 5.1.1 no such mailbox\r\n")
            case None if not self.knows(recipient):
                writer.write(b"550 5.1.1 no such mailbox\r\n")
            case Mood.PATIENCE:
                writer.write(b"450 4.2.1 have patience\r\n")
            case _:
                writer.write(b"250 2.1.5 ok\r\n")
                return True
        return False

    async def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, recipient: str) -> bool:
        """Read a text to its final dot, stamp it and answer; say no where the connection is closed instead."""
        mood = self._mood(recipient, *Mood)
        if mood is Mood.HANG_UP:
            writer.transport.abort()
            return False
        asked = time.time()
        writer.write(b"354 go on\r\n")
        if mood is Mood.CUT:
            await reader.readexactly(100)
            writer.transport.abort()
            return False
        if mood is Mood.STALL:
            self.stalled(recipient)
            await asyncio.sleep(self.stall)
        text = await reader.readuntil(_END)
        await self._going.wait()
        answer = {Mood.SWALLOW: 0, Mood.REFUSE: _REFUSED}.get(mood, _TAKEN) if mood else _TAKEN
        self.dots.append(read(text, recipient, asked, time.time(), answer))
        if mood is Mood.SWALLOW:
            writer.transport.abort()
            return False
        await asyncio.sleep(_SLOW if mood is Mood.SLOW else self.pace)
        writer.write(b"250 2.0.0 taken\r\n" if answer == _TAKEN else b"554 5.6.0 not this\r\n")
        return True


_ANSWERS: Final = {
    b"EHLO": b"250-sink\r\n250-PIPELINING\r\n250-8BITMIME\r\n250 SMTPUTF8\r\n",
    b"HELO": b"250 sink\r\n",
    b"MAIL": b"250 2.1.0 ok\r\n",
    b"RSET": b"250 2.0.0 ok\r\n",
    b"NOOP": b"250 2.0.0 ok\r\n",
    b"QUIT": b"221 2.0.0 bye\r\n",
}


@contextmanager
def sinking() -> Iterator[Sink]:
    """Run a sink on a free port of this machine, in a thread."""
    sink = Sink()
    loop = sink._loop  # noqa: SLF001 -- whoever runs it owns it
    thread = threading.Thread(target=loop.run_forever, name="sink", daemon=True)
    thread.start()
    made = asyncio.start_server(sink._meet, "127.0.0.1", 0, limit=_LINE)  # noqa: SLF001 -- same
    server = asyncio.run_coroutine_threadsafe(made, loop).result(10)
    loop.call_soon_threadsafe(sink._going.set)  # noqa: SLF001 -- same
    sink.port = server.sockets[0].getsockname()[1]
    try:
        yield sink
    finally:
        loop.call_soon_threadsafe(server.close)
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
