"""Let a mailing go out while people say no, servers stall, and a worker is killed."""

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import cycle
from typing import Final
from uuid import UUID

from avow.cli.demo.mailing.saying.said import Acknowledged, Reader
from avow.cli.demo.mailing.saying.ways import PAGES, WAYS
from avow.cli.demo.mailing.stage import Stage
from avow.errors import MailError
from avow.mail.mailing import Report, report

STALLED: Final = 8
"""How many say no while the mail server keeps their message waiting."""
_TICK, _LONGEST = 0.2, 600.0
_JOIN, _KILL, _FREEZE, _DROP, _LAST = 0.1, 0.3, 0.5, 0.7, 0.95
"""How far the mailing is when smtp-sink gets a worker, one is killed, the server freezes, it closes all connections,
and when everybody has said no.
"""
_FROZEN: Final = 3.0


@dataclass
class Played:
    """What happened: who was there, the second issue, every no with its answer, who was killed, how long it took."""

    known: Sequence[UUID]
    mailing: UUID
    said: list[Acknowledged] = field(default_factory=list)
    killed: str = ""
    seconds: float = 0.0


def going(stage: Stage, mailing: UUID, words: str) -> Iterator[float]:
    """Tell again and again how far a mailing is, until it is done; raise MailError if it takes too long."""
    until, bar = time.monotonic() + _LONGEST, stage.step(words, 1)
    while (found := report(mailing)).state != "done":
        if time.monotonic() > until:
            raise MailError(f"{words} is not done after {_LONGEST:.0f} s: {found.states}", "is the machine very busy?")
        stage.troupe.well()
        yield _share(found, bar.reach)
        time.sleep(_TICK)
    _share(found, bar.reach)


def _share(found: Report, reach: Callable[[int, int], None]) -> float:
    done = found.expected - found.open - found.states.get("deferred", 0)
    reach(done, found.expected)
    return (found.expected - found.states.get("waiting", 0)) / max(found.expected, 1)


@dataclass
class Trouble:
    """The second issue while it goes out: who says no when, and what goes wrong."""

    stage: Stage
    found: Played
    pool: ThreadPoolExecutor
    no: Sequence[Reader]
    stalled: dict[str, Reader]
    _begun: list[Future[Acknowledged]] = field(default_factory=list)
    _ways: Iterator[str] = field(default_factory=lambda: cycle(WAYS))
    _quick: Iterator[str] = field(default_factory=lambda: cycle(PAGES))

    def run(self) -> None:
        """Let everybody say no in their turn, and let happen what happens; wait for the end of it all."""
        self.stage.sink.stalled = self._stall
        bar = self.stage.step("people who say no", len(self.no) + len(self.stalled))
        left = [(_JOIN, self.stage.join), (_KILL, self._kill), (_FREEZE, self._freeze), (_DROP, self.stage.sink.drop)]
        turns = iter(self.no)
        for share in going(self.stage, self.found.mailing, "the second issue"):
            while left and share >= left[0][0]:
                left.pop(0)[1]()
            for _ in range(round(share / _LAST * len(self.no)) - self._said):
                self._say(next(turns, None), next(self._ways))
            if share >= _LAST:
                self.stage.sink.moods.clear()  # whoever is tried again is not to meet one then
                for address in list(self.stalled):  # their copies went by another server, or with who was killed
                    self._stall(address)
            bar.reach(sum(one.done() for one in self._begun), len(self.no) + self._waited)
        for reader in turns:
            self._say(reader, next(self._ways))
        self.found.said = [one.result() for one in self._begun]
        bar.reach(len(self.found.said), len(self.found.said))

    _said: int = 0
    _waited: int = STALLED

    def _say(self, who: Reader | None, way: str) -> None:
        if who:
            self._said += 1
            self._begun.append(self.pool.submit(WAYS[way], self.stage.company, who, way))

    def _stall(self, recipient: str) -> None:
        """Let who is kept waiting by the server say no at that very instant."""
        who = self.stalled.pop(recipient, None)
        if who:
            way = next(self._quick)
            self._begun.append(self.pool.submit(WAYS[way], self.stage.company, who, way))

    def _kill(self) -> None:
        """Kill -9 a worker, and start another as whoever keeps services would."""
        self.found.killed = self.stage.victim
        self.stage.troupe.kill(self.stage.victim)
        self.stage.beside("sender 4")

    def _freeze(self) -> None:
        self.pool.submit(self.stage.sink.freeze, _FROZEN)
