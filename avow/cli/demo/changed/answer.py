"""Let people answer what they are asked: on the page by several connections at once, or by a program of theirs."""

import hashlib
import http.client
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from random import Random
from typing import Final
from urllib.parse import urlencode

from avow.cli.demo.changed.crowd import Somebody
from avow.cli.demo.changed.post import World, fate
from avow.cli.demo.mailing.troupe import Troupe, answering
from avow.collection.letters import keep_letter
from avow.mail.inbound.classify import Asking, classify
from avow.mail.taken.asking import asking
from avow.page.site import policy as in_force
from avow.record.changed.different import Different
from avow.terms import Answer

_YES, _NO, _CHANGED, _LOOKS = 0.06, 0.1, 0.02, 0.05
"""Of those who read: who says yes to all, or anything at all, thinks better of it, only looks."""
_AT_ONCE: Final = 6
_HOST: Final = "127.0.0.1"
_PATIENCE: Final = 60.0
_FORM: Final = {"Content-Type": "application/x-www-form-urlencoded"}

Act = tuple[Different, Answer] | None
"""An answer to a use, or a look at the page alone."""


class Page:
    """The page that people answer on, asked by several connections that stay, each of a thread of its own."""

    def __init__(self, port: int, pool: ThreadPoolExecutor) -> None:
        """Connect when it is asked first."""
        self._port, self._pool, self._own = port, pool, threading.local()

    def press(self, link: str, act: Act) -> int:
        """Press a button on the page of a question, or only open it; give the status of what comes."""
        path, form = f"/policy/question/{link}/", None
        if act:
            form = urlencode({"use": act[0].name, "answer": act[1].value})
        for last in (False, True):
            site = self._site()
            try:
                site.request("POST" if act else "GET", path, form, _FORM if act else {})
                found = site.getresponse()
                found.read()
            except (OSError, http.client.HTTPException):  # a connection that nobody spoke on for long is closed
                site.close()
                if last:
                    raise
            else:
                return found.status
        raise AssertionError

    def each(self, acts: Sequence[tuple[Somebody, str, Sequence[Act]]]) -> Iterator[None]:
        """Let people act side by side, each in their order; what was taken stands with them then."""
        return self._pool.map(lambda one: self._act(*one), acts)

    def _act(self, one: Somebody, link: str, acts: Sequence[Act]) -> None:
        for act in acts:
            if self.press(link, act) < http.client.MULTIPLE_CHOICES and act:
                one.answers[act[0]] = act[1]

    def _site(self) -> http.client.HTTPConnection:
        if not hasattr(self._own, "site"):
            self._own.site = http.client.HTTPConnection(_HOST, self._port, timeout=_PATIENCE)
        found: http.client.HTTPConnection = self._own.site
        return found


@contextmanager
def paged(troupe: Troupe, port: int) -> Iterator[Page]:
    """Wait for the site to answer at a port, and give the page; `troupe` runs it."""
    answering(port, troupe.running["serve"])
    with ThreadPoolExecutor(_AT_ONCE, "answers") as pool:
        yield Page(port, pool)


def answer(
    caught: World, page: Page, people: Iterable[Somebody], version: str, luck: Random, tick: Callable[[int], None]
) -> Counter[str]:
    """Let people answer the question of a version, as far as it arrived; give how many did what."""
    caught.look()
    counts: Counter[str] = Counter()
    acts: list[tuple[Somebody, str, Sequence[Act]]] = []
    away: list[tuple[Somebody, str]] = []
    for one in people:
        uses = sorted(one.asked.get(version, frozenset()))
        links = list(caught.questions.get((one.exact, version), {}).values())
        if not uses or not links:
            counts["nothing arrived"] += bool(uses)
        elif fate(one.exact) == "away":
            away.append((one, links[-1]))
            counts["autoreply"] += 1
        else:
            does, what = _decided(uses, luck)
            counts[what] += 1
            acts += [(one, links[-1], does)] if does else []
    going = page.each(acts)
    reader = asking(in_force())
    for one, link in away:
        _autoreply(one, link, reader)
        tick(1)
    for _ in going:
        tick(1)
    return counts


def _decided(uses: Sequence[Different], luck: Random) -> tuple[Sequence[Act], str]:
    """Decide what somebody does who read the question, and say what that is."""
    said = luck.random()
    if said >= _NO:  # a scanner, or somebody who only looks
        return [None] if luck.random() < _LOOKS else [], "silence"
    answers = [luck.choice((Answer.YES, Answer.NO)) if said >= _YES else Answer.YES for _ in uses]
    if said >= _YES:
        answers[0] = Answer.NO
    acts: list[Act] = list(zip(uses, answers, strict=True))
    if luck.random() < _CHANGED:
        return [*acts, (uses[0], Answer.NO if answers[0] is Answer.YES else Answer.YES)], "thought better"
    return acts, "no to something" if Answer.NO in answers else "yes to all"


def _autoreply(one: Somebody, link: str, reader: Asking) -> None:
    """Let a program answer for somebody who is away: it quotes the question, and even says yes."""
    words = f"I am away. Yes, yes.\n\n> /policy/question/{link}/\n> Yes, you may\n"
    mailbox = in_force().front.mailbox
    letter = (
        f"Return-Path: <>\r\nFrom: {one.exact}\r\nTo: {mailbox}\r\n"
        f"Message-ID: <{one.person.hex}@example.org>\r\nAuto-Submitted: auto-replied\r\n"
        f"Subject: Away: yes\r\n\r\n{words}"
    ).encode()
    found = classify(letter, reader, (mailbox,))
    keep_letter(found, hashlib.sha256(letter).digest(), datetime.now(UTC))
