"""Hand messages to servers that break every rule: each message ends in a clear state, and none is sent in doubt."""

import asyncio
import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress

import pytest

from avow.mail.message import Message
from avow.mail.smtp.clock import elapsed
from avow.mail.smtp.hand import Outcome
from avow.mail.smtp.wire import Wire, wire
from tests.units.mail.smtp.test_hand import message, states

HELLO = b"250-hello\r\n250-PIPELINING\r\n250 8BITMIME\r\n"
OK = b"250 ok\r\n"
GOOD = {"MAIL": OK, "RCPT": OK, "DATA": b"354 go\r\n", "RSET": OK, "NOOP": OK}
Speech = Callable[[str, int], bytes | None]
"""What is answered to a command, or to a text ("."), the so-manieth of its kind; None closes."""


@contextmanager
def server(speech: Speech, greeting: bytes = b"220 hi\r\n") -> Iterator[str]:
    """Run a server that says what it is told to; give its address."""
    with closing(socket.create_server(("127.0.0.1", 0))) as listening:
        counted: dict[str, int] = {}

        def answer(word: str) -> bytes | None:
            counted[word] = counted.get(word, 0) + 1
            return speech(word, counted[word])

        def talk(one: socket.socket) -> None:
            with one, suppress(OSError), one.makefile("rb") as lines:
                one.sendall(greeting)
                text = False
                for line in lines:
                    word = line[:4].decode().strip().upper()
                    if text and line != b".\r\n":
                        continue
                    said = HELLO if word == "EHLO" and not text else answer("." if text else word)
                    text = not text and said is not None and said.startswith(b"354")
                    if said is None:
                        return
                    one.sendall(said)

        def listen() -> None:
            with suppress(OSError):
                while True:
                    threading.Thread(target=talk, args=(listening.accept()[0],), daemon=True).start()

        threading.Thread(target=listen, daemon=True).start()
        yield f"smtp://127.0.0.1:{listening.getsockname()[1]}"


def told(**words: Sequence[bytes | None]) -> Speech:
    """Answer well, save for the first few of a kind; "text" is what follows a text."""

    def speech(word: str, number: int) -> bytes | None:
        says = words.get("text" if word == "." else word, ())
        return says[number - 1] if number <= len(says) else GOOD.get(word, b"250 taken\r\n")

    return speech


def handed(url: str, messages: Sequence[Message], lease: float = 5.0) -> tuple[dict[int, Outcome], Wire]:
    """Hand messages over on one connection; give the outcomes, and the way as it was left."""
    with wire(url) as out:
        out.ready(1)
        return dict(enumerate(out.hand(messages, elapsed() + lease).result())), out


PEOPLE = [message(who) for who in ("alice", "bob", "carol")]


@pytest.mark.parametrize(
    ("speech", "wanted"),
    [
        (told(RCPT=[b"250 ok\r\n", b"what?\r\n"]), ["sent", "deferred", "waiting"]),
        (told(MAIL=[b"250 ok\r\n", b"\x00\xff\r\n"]), ["sent", "deferred", "waiting"]),
        (told(DATA=[b"999 no such code\r\n"]), ["deferred", "waiting", "waiting"]),
        (told(text=[b"250 taken\r\n", b"HTTP/1.1 200 OK\r\n"]), ["sent", "doubt", "waiting"]),
        (told(text=[b"250 taken\r\n", b"421 4.3.2 closing\r\n"]), ["sent", "deferred", "sent"]),
        (told(text=[b"250-taken\r\n250-and\r\n250 more\r\n"]), ["sent", "sent", "sent"]),
        (told(text=[None]), ["doubt", "waiting", "waiting"]),
        (told(MAIL=[b"421 4.7.0 slow down\r\n"]), ["deferred", "waiting", "waiting"]),
        (told(MAIL=[b"451 4.7.1 later\r\n"]), ["deferred", "sent", "sent"]),
        (told(MAIL=[b"550 5.7.1 not you\r\n"]), ["deferred", "sent", "sent"]),
        (told(RCPT=[b"550 nobody\r\n", b"452 full\r\n"]), ["refused", "deferred", "sent"]),
        (told(RCPT=[b"550 nobody\r\n"], RSET=[b"502 what\r\n"]), ["deferred", "waiting", "waiting"]),
        (told(DATA=[b"554 5.7.0 none\r\n"]), ["refused", "sent", "sent"]),
        (told(text=[b"2" * 5000]), ["doubt", "waiting", "waiting"]),
    ],
)
def test_each_answer_leaves_a_clear_state(speech: Speech, wanted: list[str]) -> None:
    """Nonsense, 421, an end at any place: who was whole and unanswered is in doubt, who was not begun still waits."""
    with server(speech) as url:
        outcomes, _ = handed(url, PEOPLE)
    assert states(outcomes) == wanted


def test_a_server_that_stops_reading_is_no_doubt() -> None:
    """A text that never left us whole was not handed over, however much of it the other end holds."""
    with closing(socket.create_server(("127.0.0.1", 0))) as listening:

        def deaf() -> None:
            one, _ = listening.accept()
            with one, suppress(OSError):
                for said in (b"220 hi\r\n", HELLO, GOOD["MAIL"] + GOOD["RCPT"] + GOOD["DATA"]):
                    one.sendall(said)
                    if said is not HELLO:
                        one.recv(1000)
                one.recv(100)
                threading.Event().wait(3)

        threading.Thread(target=deaf, daemon=True).start()
        large = message("alice", b"Subject: x\r\n\r\n" + b"x" * 70 + b"\r\n" * 8_000_000)
        outcomes, _ = handed(f"smtp://127.0.0.1:{listening.getsockname()[1]}", [large], lease=1.0)
    assert states(outcomes) == ["deferred"]
    assert "too slow" in outcomes[0].text


def test_a_server_that_asks_for_patience_gets_fewer_connections() -> None:
    """After 421 half as many connections are held; each batch that goes through allows one more."""
    with server(told(MAIL=[b"421 4.7.0 slow down\r\n"])) as url, wire(url) as out:
        out.most = 8
        out.ready()
        assert len(out.connections) == 8
        first = out.hand(PEOPLE * 4, elapsed() + 5).result()
        assert [one.state.value for one in first].count("sent") == 11
        assert out.allowed == 4
        out.ready()
        assert len(out.connections) == 4
        out.hand(PEOPLE, elapsed() + 5).result()
        assert out.allowed == 5
        assert not out.short or len(out.connections) == 4


def test_words_that_nobody_asked_for_are_kept_for_the_next() -> None:
    """A goodbye behind the last reply is read before the connection is used again, and another is opened."""

    def speech(word: str, number: int) -> bytes | None:
        bye = b"421 4.4.2 idle\r\n" if word == "." and number == 1 else b""
        return GOOD.get(word, b"250 taken\r\n") + bye

    with server(speech) as url, wire(url) as out:
        out.ready(1)
        assert out.hand(PEOPLE[:1], elapsed() + 5).result()[0].state.value == "sent"
        before = out.connections[0]
        time.sleep(1.1)
        out.ready(1)
        assert out.connections[0] is not before
        assert out.hand(PEOPLE[:1], elapsed() + 5).result()[0].state.value == "sent"


def test_two_batches_share_the_connections_and_keep_their_leases() -> None:
    """The second goes on as the first is through; one whose time is over begins nothing."""
    with server(told()) as url, wire(url) as out:
        out.ready(2)
        first = out.hand(PEOPLE * 20, elapsed() + 5)
        second = out.hand(PEOPLE * 20, elapsed() + 5)
        late = out.hand(PEOPLE, elapsed() - 1)
        assert {one.state.value for one in (*first.result(), *second.result())} == {"sent"}
        assert {one.state.value for one in late.result()} == {"waiting"}


def test_nobody_waits_for_a_connection_that_is_gone() -> None:
    """With every connection lost between two batches, the second still waits, and is told so at once."""
    with server(told()) as url, wire(url) as out:
        out.ready(2)
        for one in out.connections:
            asyncio.run_coroutine_threadsafe(_drop(out), out.loop).result()
            assert one.closed
        assert {one.state.value for one in out.hand(PEOPLE, elapsed() + 5).result()} == {"waiting"}
        assert out.short


async def _drop(out: Wire) -> None:
    for one in out.connections:
        one.drop()
