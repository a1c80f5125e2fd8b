"""Run the race: let copies go out to some people at a time, while these very people act, and judge what came of it."""

import queue
import re
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from random import Random
from uuid import UUID

import psycopg
from django.db import connection

from avow.cli.demo.mailing.servers.dot import Dot
from avow.cli.demo.mailing.servers.sink import Mood, Sink
from avow.record.key import new_key
from avow.record.known.address import parse
from avow.record.shown.notice import show
from avow.record.shown.versions import in_force
from avow.record.taken.bulk import Arrival, take
from avow.terms import ChannelKind
from tests.laws.racing.judge import Copy, judge
from tests.laws.racing.sender import LEASE
from tests.laws.racing.story import ACTS, PAUSED, Act, Acts, Somebody, act, chance, kinds, whole
from tests.units.mail.cast import OFFER

AT_ONCE = 60
"""People whose copies are let go together."""
HANDS = 8
"""Connections by which people act at the same time."""
SPREAD = 0.25
"""Seconds within which their acts begin."""
ODD = (Mood.SLOW, Mood.STALL, Mood.SWALLOW)
_NUMBER = re.compile(r"^p(\d+)@")
_PATIENCE = 60.0

_MAILING = (
    "INSERT INTO mailing (id, list, purpose, kind, words, version, state, expected, at, begun, made)"
    " VALUES (%s, 'offers', 'offers', 'marketing.offer', %s, '2025-01-01', 'sending', 0, now(), now(), now())"
)
_COPIES = (
    "INSERT INTO delivery (mailing_id, reach, person_id, state, due, attempts, because, message_id, outcome)"
    " SELECT %s, reach_id, person_id, 'waiting', 'infinity', 0, '', '', '' FROM address"
)
_LET_GO = (
    "UPDATE delivery SET due = clock_timestamp() + make_interval(secs => %s * random())"
    " WHERE mailing_id = %s AND reach = ANY(%s)"
)
_STATES = "SELECT reach, state, coalesce(extract(epoch FROM lease), 0)::float8 FROM delivery WHERE reach = ANY(%s)"

Task = tuple[float, str, Somebody, Somebody, Random]


@dataclass
class Race:
    """A store with people, the mail server of the workers, what people do, and what was done and found.

    `pausing` is how often the whole mailing is paused while a group of people acts, and gone on with.
    """

    owner: psycopg.Connection
    sink: Sink
    luck: Random
    acts: Acts = field(default_factory=lambda: ACTS)
    pausing: float = 0.5
    interleavings: int = 0
    violations: list[str] = field(default_factory=list)
    kinds: dict[str, int] = field(default_factory=dict)
    _tasks: "queue.SimpleQueue[Task | None]" = field(default_factory=queue.SimpleQueue)
    _acts: "queue.SimpleQueue[Act | BaseException]" = field(default_factory=queue.SimpleQueue)

    def run(self, many: int) -> Iterator[int]:
        """Race with so many people, and give how many violations there are after each group."""
        people = self._people(many)
        mailing = self._mailing()
        self.acts = {**self.acts, **whole(mailing)}
        hands = [threading.Thread(target=self._act) for _ in range(HANDS)]
        for hand in hands:
            hand.start()
        try:
            for start in range(0, many, AT_ONCE):
                self._group(mailing, people[start : start + AT_ONCE])
                yield len(self.violations)
        finally:
            for _ in hands:
                self._tasks.put(None)
            for hand in hands:
                hand.join()

    def _people(self, many: int) -> list[Somebody]:
        shown, now = show(in_force(), ChannelKind.REGISTRATION, "en"), datetime.now(UTC)
        addresses = [parse(f"p{number}@example.org") for number in range(many)]
        given = ({"contact": {"email": one.display}} for one in addresses)
        take(
            Arrival(shown, "list", one, fields, (), now, proven=True)
            for one, fields in zip(addresses, given, strict=True)
        )
        rows = self.owner.execute("SELECT reach_id, person_id FROM address").fetchall()
        persons = {bytes(reach): person for reach, person in rows}
        return [Somebody(number, persons[one.reach_id], one) for number, one in enumerate(addresses)]

    def _mailing(self) -> UUID:
        """Make a mailing of an offer to everybody that is not due before somebody says so."""
        key = new_key()
        with self.owner.transaction():
            self.owner.execute(_MAILING, [key, OFFER])
            self.owner.execute(_COPIES, [key])
        self.owner.execute("ANALYZE")
        return key

    def _group(self, mailing: UUID, people: Sequence[Somebody]) -> None:
        """Let the copies of these people go, and let them act; wait for the end of both, and judge."""
        luck = self.luck
        self.sink.moods |= {luck.choice(people).address.display: luck.choice(ODD)} if luck.random() < 0.3 else {}
        tasks = list(self._told(people))
        reaches = [one.address.reach_id for one in people]
        self.owner.execute(_LET_GO, [SPREAD, mailing, reaches])
        for task in sorted(tasks, key=lambda one: one[0]):
            self._tasks.put(task)
        acts = [self._done() for _ in tasks]
        copies = self._ended(reaches, {one.address.reach_id: one.number for one in people})
        dots: dict[int, list[Dot]] = {}
        for dot in self.sink.dots:
            if dot.list and (found := _NUMBER.match(dot.recipient)):
                dots.setdefault(int(found[1]), []).append(dot)
        self.sink.dots.clear()
        self.violations += judge(acts, copies, dots)
        self.interleavings += len(people)

    def _told(self, people: Sequence[Somebody]) -> Iterable[Task]:
        """Say who does what when; who is merged, is so with another of them."""
        now = time.time()
        for one in people:
            for kind in kinds(self.acts, self.luck):
                other = self.luck.choice([two for two in people if two is not one])
                self.kinds[kind] = self.kinds.get(kind, 0) + 1
                yield now + self.luck.random() * SPREAD, kind, one, other, chance(self.luck.random())

        if self.luck.random() < self.pausing:
            at = now + self.luck.random() * SPREAD
            self.kinds[PAUSED] = self.kinds.get(PAUSED, 0) + 1
            yield at, PAUSED, people[0], people[0], chance(self.luck.random())

    def _act(self) -> None:
        """Be a hand: take one act after the other, each not before its time."""
        while task := self._tasks.get():
            at, kind, who, other, luck = task
            time.sleep(max(0.0, at - time.time()))
            try:
                self._acts.put(act(self.acts, kind, who, other, luck))
            except BaseException as error:  # noqa: BLE001 -- whoever waits for it raises it
                self._acts.put(error)
        connection.close()

    def _done(self) -> Act:
        found = self._acts.get(timeout=_PATIENCE)
        if isinstance(found, BaseException):
            raise found
        return found

    def _ended(self, reaches: Sequence[bytes], numbers: dict[bytes, int]) -> dict[int, Copy]:
        """Wait until no copy of these waits or is on the wire, and give each."""
        until = time.monotonic() + _PATIENCE
        while time.monotonic() < until:
            rows = self.owner.execute(_STATES, [list(reaches)]).fetchall()
            if all(state not in {"waiting", "sending"} for _, state, _ in rows):
                return {numbers[bytes(reach)]: Copy(state, lease, LEASE) for reach, state, lease in rows}
            time.sleep(0.02)
        raise AssertionError("copies wait, and nobody takes them")
