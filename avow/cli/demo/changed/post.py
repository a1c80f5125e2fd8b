"""Take the demo's mail as the world does: boxes that are no more, and for each person what arrived."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager

from avow.cli.demo.mailing.servers.sink import Sink, sinking
from avow.record.known.address import parse
from avow.updates.asked.pointed import pointed

_GONE, _AWAY = 0.03, 0.03
"""Of all: boxes that are gone, and those with an autoreply."""


class World:
    """The mail that arrived: copies of mailings by list, and for each address and version its questions.

    A question is known by its Message-ID, and is the token of the page on which it asks.
    """

    def __init__(self, sink: Sink) -> None:
        """Begin with nothing received."""
        self.questions: defaultdict[tuple[str, str], dict[str, str]] = defaultdict(dict)
        self.copies: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self.bounced: set[str] = set()
        self.port, self._sink, self._seen = sink.port, sink, 0
        sink.knows = self._knows

    def look(self) -> None:
        """Sort what arrived since it was looked last."""
        fresh = self._sink.dots[self._seen :]
        self._seen += len(fresh)
        for dot in fresh:
            exact = parse(dot.recipient).exact
            if dot.question:
                self.questions[exact, pointed(dot.question).version][dot.id] = dot.question
            elif dot.list:
                self.copies[dot.list][exact] += 1

    def _knows(self, recipient: str) -> bool:
        if fate(recipient) == "gone":
            self.bounced.add(parse(recipient).exact)
            return False
        return True


def fate(address: str) -> str:
    """Say what becomes of mail to an address: "gone", "away" or "read"; the same on every run."""
    luck = int.from_bytes(hashlib.sha256(parse(address).exact.encode()).digest()[:4]) / (1 << 32)
    return "gone" if luck < _GONE else "away" if luck < _GONE + _AWAY else "read"


@contextmanager
def world() -> Iterator[World]:
    """Run the world's mail server on a free port of this machine."""
    with sinking() as sink:
        yield World(sink)
