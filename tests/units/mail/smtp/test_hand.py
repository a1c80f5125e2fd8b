"""Test the hand-over against a real SMTP server that answers as told."""

import asyncio
import time
from collections import deque

import pytest

from avow.mail.message import Message
from avow.mail.smtp.connection import connect
from avow.mail.smtp.hand import Hand, Outcome, stuffed
from avow.mail.smtp.server import server
from avow.terms import DeliveryState
from tests.units.mail.sink import Sink, sink


def message(local: str, data: bytes = b"Subject: hello\r\n\r\nhello\r\n") -> Message:
    """Make a message to somebody."""
    return Message("privacy@example.com", f"{local}@example.org", f"<{local}@example.com>", data)


def hand(to: Sink, messages: list[Message], lease: float = 5.0, offers: str = "") -> tuple[dict[int, Outcome], int]:
    """Hand messages over on one connection; give the outcomes and how many were never begun."""

    async def run() -> tuple[dict[int, Outcome], int]:
        connection = await connect(server(to.url), "localhost")
        for word in offers.split():
            connection.offers.pop(word)
        queue, outcomes = deque(enumerate(messages)), dict[int, Outcome]()
        await Hand(connection, queue, time.monotonic() + lease, outcomes, patience=1.0).work()
        await connection.quit()
        return outcomes, len(queue)

    return asyncio.run(run())


def states(outcomes: dict[int, Outcome]) -> list[str]:
    """Give the states in the order of the messages."""
    return [outcomes[number].state.value for number in sorted(outcomes)]


@pytest.mark.parametrize("without", ["", "PIPELINING", "SIZE PIPELINING"])
def test_each_message_gets_its_own_outcome(without: str) -> None:
    """Refusals at each step belong to one message; those around it are sent."""
    answers = {"gone": "550 5.1.1 nobody", "busy": "450 4.2.1 later"}
    ends = {"bad": "554 5.6.0 no", "full": "452 4.3.1 full"}
    names = ["alice", "gone", "bob", "busy", "bad", "full", "carol"]
    with sink(answers, ends) as to:
        outcomes, left = hand(to, [message(name) for name in names], offers=without)
        assert states(outcomes) == ["sent", "refused", "sent", "deferred", "refused", "deferred", "sent"]
        assert [address for address, _ in to.taken] == ["alice@example.org", "bob@example.org", "carol@example.org"]
    assert left == 0
    assert outcomes[1].text == "550 5.1.1 nobody"


def test_dots_arrive_as_written() -> None:
    """Lines that begin with dots cross the wire unchanged (RFC 5321, section 4.5.2)."""
    data = b".\r\n..two\r\n.one\r\nnone.\r\n"
    with sink() as to:
        hand(to, [message("alice", data)])
        assert to.taken == [("alice@example.org", data)]
    assert stuffed(data) == b"..\r\n...two\r\n..one\r\nnone.\r\n"


def test_no_reply_after_the_dot_is_doubt() -> None:
    """Who was whole on the wire and unanswered is in doubt; who was not begun is not."""
    for answer in ("close", "silence"):
        with sink(end={"bob": answer}) as to:
            outcomes, left = hand(to, [message("alice"), message("bob"), message("carol"), message("dave")])
            assert states(outcomes) == ["sent", "doubt"]
            assert left == 2
            assert to.whole == ["alice@example.org", "bob@example.org"]


@pytest.mark.parametrize("answer", ["close", "421 4.3.2 shutting down"])
def test_an_end_before_the_dot_is_deferred(answer: str) -> None:
    """A connection that ends before the final dot leaves no doubt: nothing was handed over."""
    with sink(rcpt={"bob": answer}) as to:
        outcomes, left = hand(to, [message("alice"), message("bob"), message("carol")])
        assert states(outcomes) == ["sent", "deferred"]
        assert left == 1
        assert to.whole == ["alice@example.org"]


def test_no_dot_begins_after_the_lease() -> None:
    """When the time is up before a message is whole, the connection is dropped and nobody gets it."""
    with sink(pause=0.4) as to:
        outcomes, left = hand(to, [message("alice"), message("bob"), message("carol")], lease=0.6)
        time.sleep(0.5)
        assert to.whole == ["alice@example.org"]
    assert outcomes[0].state is DeliveryState.SENT
    assert outcomes[1].state is DeliveryState.WAITING
    assert left == 1


def test_a_server_that_cannot_carry_it_is_told_of_clearly() -> None:
    """An address beyond ASCII fails where the server lacks SMTPUTF8, and the next message goes out."""
    eai = Message("privacy@example.com", "zoë@example.org", "<x@example.com>", b"\r\n", utf8=True)
    with sink() as to:
        outcomes, _ = hand(to, [eai, message("alice")], offers="SMTPUTF8")
        assert states(outcomes) == ["failed", "sent"]
        assert "SMTPUTF8" in outcomes[0].text
        outcomes, _ = hand(to, [eai])
        assert states(outcomes) == ["sent"]
