"""Take the demo's mail as the world does: boxes that are no more, people who answer, programs that answer for them."""

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from random import Random
from typing import Any, Final

from django.http import HttpRequest, QueryDict

from avow.cli.demo.changed.crowd import Somebody
from avow.cli.demo.sink import Sink, served
from avow.collection.letters import keep_letter
from avow.mail.inbound.classify import classify
from avow.mail.taken.asking import asking
from avow.page.site import policy as in_force
from avow.record.changed.different import Different
from avow.record.known.address import parse
from avow.terms import Answer
from avow.updates.asked.pointed import pointed
from avow.updates.asked.question import question

_LINK: Final = re.compile(rb"/policy/question/([A-Za-z0-9_-]+)/")
_NAME: Final = re.compile(rb"(?im)^message-id:\s*(\S+)")
_GONE, _AWAY, _YES, _NO, _CHANGED, _LOOKS = 0.03, 0.05, 0.08, 0.15, 0.02, 0.05
"""Of all: boxes that are gone, those with an autoreply; of the rest who says yes, no, thinks better, only looks."""


class World(Sink):
    """The mail that arrived: copies of mailings, and for each address and version its questions by Message-ID."""

    def __init__(self) -> None:
        """Begin with nothing received."""
        super().__init__()
        self.questions: defaultdict[tuple[str, str], dict[str, str]] = defaultdict(dict)
        self.bounced: set[str] = set()

    async def handle_RCPT(  # noqa: N802 -- aiosmtpd's name
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: list[str]
    ) -> str:
        """Refuse what is sent to a box that is no more."""
        if fate(address) == "gone":
            self.bounced.add(parse(address).exact)
            return "550 5.1.1 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 ok"

    def take(self, mail: Any) -> None:
        """Keep the link of a question; count the rest as every sink does."""
        found = _LINK.search(mail.content.replace(b"=\r\n", b""))
        if found is None:
            super().take(mail)
            return
        named = _NAME.search(mail.content)
        name = named[1].decode() if named else ""
        link = found[1].decode()
        for address in mail.to:
            self.questions[parse(address).exact, pointed(link).version][name] = link


def fate(address: str) -> str:
    """Say what becomes of mail to an address: "gone", "away" or "read"; the same on every run."""
    luck = int.from_bytes(hashlib.sha256(parse(address).exact.encode()).digest()[:4]) / (1 << 32)
    return "gone" if luck < _GONE else "away" if luck < _GONE + _AWAY else "read"


@contextmanager
def world() -> Iterator[tuple[World, int]]:
    """Run the world's mail server on a free port of this machine; give it and the port."""
    with served(World()) as (found, port):
        yield found, port


def answer(caught: World, people: Iterable[Somebody], version: str, luck: Random) -> dict[str, int]:
    """Let people answer the question of a version; give how many did what, by use where they answered."""
    counts: defaultdict[str, int] = defaultdict(int)
    for one in people:
        uses = one.asked.get(version, frozenset())
        links = list(caught.questions.get((one.exact, version), {}).values())
        if not uses or not links:
            counts["nothing arrived"] += bool(uses)
        elif fate(one.exact) == "away":
            _autoreply(one, links[-1])
            counts["autoreply"] += 1
        else:
            counts[_answered(one, links[-1], sorted(uses), luck)] += 1
    return dict(counts)


def _answered(one: Somebody, link: str, uses: list[Different], luck: Random) -> str:
    said = luck.random()
    if said >= _NO:
        if luck.random() < _LOOKS:
            press(link)  # a scanner, or somebody who only looks
        return "silence"
    answers = [luck.choice((Answer.YES, Answer.NO)) if said >= _YES else Answer.YES for _ in uses]
    if said >= _YES:
        answers[0] = Answer.NO
    for use, found in zip(uses, answers, strict=True):
        _say(one, link, use, found)
    if luck.random() < _CHANGED:
        _say(one, link, uses[0], Answer.NO if answers[0] is Answer.YES else Answer.YES)
        return "thought better"
    return "no to something" if Answer.NO in answers else "yes to all"


def _say(one: Somebody, link: str, use: Different, said: Answer) -> None:
    if press(link, use.name, said.value) < 300:  # noqa: PLR2004 -- the statuses of success
        one.answers[use] = said


def press(link: str, use: str = "", said: str = "") -> int:
    """Open the page of a question, or press a button on it; give the status of what comes."""
    request = HttpRequest()
    request.method, request.path = "POST" if said else "GET", f"/policy/question/{link}/"
    request.META |= {"REMOTE_ADDR": "127.0.0.1", "SERVER_NAME": "localhost", "SERVER_PORT": "80"}
    request.POST = QueryDict(mutable=True)
    request.POST.update({"use": use, "answer": said} if said else {})
    return question(request, link).status_code


def _autoreply(one: Somebody, link: str) -> None:
    """Let a program answer for somebody who is away: it quotes the question, and even says yes."""
    words = f"I am away. Yes, yes.\n\n> /policy/question/{link}/\n> Yes, you may\n"
    letter = (
        f"Return-Path: <>\r\nFrom: {one.exact}\r\nTo: {in_force().front.mailbox}\r\n"
        f"Message-ID: <{one.person.hex}@example.org>\r\nAuto-Submitted: auto-replied\r\n"
        f"Subject: Away: yes\r\n\r\n{words}"
    ).encode()
    found = classify(letter, asking(in_force()), (in_force().front.mailbox,))
    keep_letter(found, hashlib.sha256(letter).digest(), datetime.now(UTC))
