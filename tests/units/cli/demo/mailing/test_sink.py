"""Test the demo's mail servers: each mood is what its name says, and each final dot is stamped."""

import time

from avow.cli.demo.mailing.servers.debian import smtp_sink
from avow.cli.demo.mailing.servers.dot import Dot
from avow.cli.demo.mailing.servers.sink import Mood, sinking
from avow.mail.message import Message
from avow.mail.smtp.wire import Wire, lease, wire

LINES = (
    b"Message-ID: <%s@example.com>\r\nList-Id: <offers.localhost>\r\n"
    b"List-Unsubscribe: <http://localhost/choices/abc-_1/one-click/>,\r\n <mailto:privacy@example.com>\r\n"
    b"List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"
)
BODY = b"Content-Type: multipart/alternative; boundary=m\r\n\r\n--m\r\n\r\nhello\r\n--m--\r\n"
ENDS = {
    Mood.STALL: ("sent", 250),
    Mood.SLOW: ("sent", 250),
    Mood.HANG_UP: ("deferred", None),
    Mood.CUT: ("deferred", None),
    Mood.SWALLOW: ("doubt", 0),
    Mood.PATIENCE: ("deferred", None),
    Mood.NOBODY: ("refused", None),
    Mood.REFUSE: ("refused", 554),
}


def message(local: str, lines: bytes = LINES) -> Message:
    """Make a message of a list to somebody."""
    return Message("privacy@example.com", f"{local}@example.org", "", lines % local.encode() + BODY)


def hand(out: Wire, *messages: Message) -> list[str]:
    """Hand messages over on one connection, and give the states that come of it."""
    out.ready(1)
    return [one.state.value for one in out.hand(messages, lease(10)).result()]


def test_each_mood_is_what_it_says() -> None:
    """What a mood does is told as the state that it means; a mailbox without one gets its message."""
    with sinking() as sink, wire(f"smtp://127.0.0.1:{sink.port}") as out:
        sink.stall, waited = 0.3, list[str]()
        sink.stalled = waited.append
        sink.moods = {f"{mood.name.lower()}@example.org": mood for mood in Mood}
        found = {mood: hand(out, message(mood.name.lower())) for mood in Mood}
        assert hand(out, message("alice")) == ["sent"]
        answers = {dot.recipient.partition("@")[0]: dot.answer for dot in sink.dots}
    assert found.pop(Mood.CUT)[0] in {"deferred", "doubt"}, "the sender may have written all of it already"
    assert found == {mood: [state] for mood, (state, _) in ENDS.items() if mood is not Mood.CUT}
    assert answers == {mood.name.lower(): one for mood, (_, one) in ENDS.items() if one is not None} | {"alice": 250}
    assert (waited, sink.met) == (["stall@example.org"], [*Mood])


def test_a_mood_passes() -> None:
    """Who was asked for patience is welcome afterwards; who is nobody stays nobody."""
    with sinking() as sink, wire(f"smtp://127.0.0.1:{sink.port}") as out:
        sink.moods = {"busy@example.org": Mood.PATIENCE, "gone@example.org": Mood.NOBODY}
        assert hand(out, message("busy"), message("gone")) == ["deferred", "refused"]
        assert hand(out, message("busy"), message("gone")) == ["sent", "refused"]


def test_a_dot_is_stamped() -> None:
    """It lies between the asking for its text and its answer; a stalled server stamps it when it reads on."""
    with sinking() as sink, wire(f"smtp://127.0.0.1:{sink.port}") as out:
        sink.stall, sink.moods = 0.5, {"alice@example.org": Mood.STALL}
        before = time.time()
        hand(out, message("alice"))
        (dot,) = sink.dots
        assert before <= dot.asked < dot.at - 0.4 < time.time()
        assert dot == Dot(dot.asked, dot.at, "alice@example.org", "alice@example.com", "offers", "abc-_1", 250)
        hand(out, message("bob", LINES.replace(b"List-Unsubscribe-Post", b"X-Other")))
        assert sink.dots[-1].token == "", "one line of the way out alone is none"


def test_a_question_is_read() -> None:
    """What is no mailing and asks something bears the token of its page; a box that is no more is not known."""
    asks = b"Message-ID: <%s@example.com>\r\n"
    with sinking() as sink, wire(f"smtp://127.0.0.1:{sink.port}") as out:
        sink.knows = lambda recipient: recipient != "gone@example.org"
        body = b"Content-Type: text/plain\r\n\r\nhttp://localhost/policy/question/ab=\r\nc-_1/\r\n"
        mails = [Message("a@example.com", f"{name}@example.org", "", asks % b"1" + body) for name in ("alice", "gone")]
        assert hand(out, *mails) == ["sent", "refused"]
        assert [(dot.list, dot.question) for dot in sink.dots] == [("", "abc-_1")]


def test_it_freezes_and_drops() -> None:
    """While it is frozen nothing is read; when it drops, whoever is connected has to connect again."""
    with sinking() as sink, wire(f"smtp://127.0.0.1:{sink.port}") as out:
        hand(out, message("alice"))
        began = time.monotonic()
        sink.drop()
        while not out.short:
            assert time.monotonic() < began + 5, "a connection that is lost is noticed, though nobody speaks on it"
            time.sleep(0.02)
        while hand(out, message("bob")) != ["sent"]:
            assert time.monotonic() < began + 10
        assert sink.dropped == 1


def test_smtp_sink_tells_the_same() -> None:
    """Debian's server is read from its files: who, which message, of which list, and when."""
    before = time.time()
    with smtp_sink() as found:
        assert found, "smtp-sink comes with postfix"
        with wire(f"smtp://127.0.0.1:{found.port}") as out:
            assert hand(out, message("alice"), message("bob")) == ["sent", "sent"]
        dots = sorted(found.dots(), key=lambda one: one.recipient)
    assert [dot.recipient for dot in dots] == ["alice@example.org", "bob@example.org"]
    assert [(dot.id, dot.list, dot.token) for dot in dots][1] == ("bob@example.com", "offers", "abc-_1")
    assert all(before - 1 < dot.at < time.time() for dot in dots)
