"""Run the race: let copies go out to group after group of people, while these very people act; judge each copy."""

import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from random import Random
from uuid import UUID

import psycopg

from avow.cli.demo.mailing.servers.dot import Dot
from avow.cli.demo.mailing.servers.sink import Mood, Sink
from avow.mail.links import host
from avow.mail.message import message_id
from avow.record.key import new_key
from avow.record.known.address import parse
from avow.record.shown.notice import show
from avow.record.shown.versions import in_force
from avow.record.taken.bulk import Arrival, take
from avow.terms import ChannelKind
from tests.laws.racing.hands import Hands, Task
from tests.laws.racing.judge import Copy, judge, met
from tests.laws.racing.sender import LEASE, Told
from tests.laws.racing.story import ACTS, PAUSED, Act, Acts, Somebody, chance, kinds, rest
from tests.units.mail.cast import OFFER

AT_ONCE = 120
"""People who are let go together, and who are merged with one another."""
COPIES = 4
"""Mailings that go to each of them at about the same time: so many interleavings with what one of them does."""
FLYING = 6
"""Groups of which something is still on its way, at most."""
HANDS = 12
"""Connections by which people act at the same time."""
SPREAD = 0.4
"""Seconds within which the copies of a group fall due."""
BEFORE, AFTER = 0.06, 0.12
"""Seconds by which an act begins before somebody's copies fall due, or after it, at most."""
AT_CLAIM, LATER = 0.8, 0.04
"""How many of the acts begin when one of the copies was just claimed, and how many seconds after it at most."""
PAUSES = (0, 1, 2)
"""How often a mailing is paused and gone on with."""
BUNCHES = (4, 8, 16, 32)
"""In how many bunches the people of a group are let go."""
PATIENCE = 600.0
"""Seconds after which what nobody takes is given up: on a busy machine workers wait long for their turn."""
_ODDLY = 0.3
ODD = (Mood.SLOW, Mood.STALL, Mood.SWALLOW)
_LOOK = 0.02

_MAILING = (
    "INSERT INTO mailing (id, list, purpose, kind, words, version, state, expected, at, begun, made)"
    " VALUES (%s, 'offers', 'offers', 'marketing.offer', %s, '2025-01-01', 'sending', %s, now(), now(), now())"
)
_COPIES = (
    "INSERT INTO delivery (mailing_id, reach, person_id, state, due, attempts, because, message_id, outcome)"
    " SELECT %s, reach, person, 'waiting', to_timestamp(due), 0, '', '', ''"
    " FROM unnest(%s::bytea[], %s::uuid[], %s::float8[]) AS one (reach, person, due)"
)
_OPEN = "SELECT DISTINCT mailing_id FROM delivery WHERE mailing_id = ANY(%s) AND state IN ('waiting', 'sending')"
_ENDED = (
    "SELECT reach, state, coalesce(extract(epoch FROM lease), 0)::float8,"
    " coalesce(extract(epoch FROM ended), 0)::float8 FROM delivery WHERE mailing_id = %s"
)
_NO_MORE = "UPDATE delivery SET due = 'infinity' WHERE mailing_id = %s AND state = 'deferred'"
"""What was deferred is judged as it stands, and does not come again."""


@dataclass(slots=True, eq=False)
class Group:
    """People who are let go together, their mailings, how many acts are to come, and what was done so far.

    `pauses` are of one mailing each.
    """

    people: Sequence[Somebody]
    mailings: Sequence[UUID]
    missing: int = 0
    acts: list[Act] = field(default_factory=list)
    pauses: dict[UUID, list[Act]] = field(default_factory=dict)
    until: float = 0.0


About = tuple[Group, UUID | None]
"""What an act belongs to: a group, and one of its mailings where it is about that as a whole."""


@dataclass
class Race:
    """A store with people, the workers' mail server, what workers tell, what people do, and what was done and found.

    `at_once` are let go together. An interleaving is one copy on its way while its person acts. `met` counts those in
    which somebody whom it is about was acting when the copy was decided or on the wire.
    """

    owner: psycopg.Connection
    sink: Sink
    told: Told
    luck: Random
    acts: Acts = field(default_factory=lambda: ACTS)
    at_once: int = AT_ONCE
    interleavings: int = 0
    met: int = 0
    violations: list[str] = field(default_factory=list)
    kinds: dict[str, int] = field(default_factory=dict)
    _hands: Hands[About] = field(default_factory=lambda: Hands(HANDS))
    _flying: list[Group] = field(default_factory=list)
    _dots: dict[str, list[Dot]] = field(default_factory=dict)
    _judged: dict[str, str] = field(default_factory=dict)

    def run(self, many: int) -> Iterator[int]:
        """Race with so many people, and give how many violations there are after each group."""
        people = self._people(many)
        with self._hands, self._hearing():
            for start in range(0, many, self.at_once):
                self._flying.append(self._let_go(people[start : start + self.at_once]))
                while self._busy or len(self._flying) > FLYING:
                    self._wait()
                yield len(self.violations)
            while self._flying:
                self._wait()
                yield len(self.violations)
        self._read()
        self.violations += [f"{dot.recipient}: handed over, and nobody knows it" for (dot, *_) in self._dots.values()]
        yield len(self.violations)

    @property
    def _busy(self) -> bool:
        """Say whether hands or workers have enough to do for now."""
        return self._hands.waiting > HANDS or self._hands.expecting > self.at_once

    @contextmanager
    def _hearing(self) -> Iterator[None]:
        """Hear what is claimed."""

        def hear() -> None:
            while claimed := self.told.get():
                self._hands.now(claimed)

        thread = threading.Thread(target=hear, daemon=True)
        thread.start()
        try:
            yield
        finally:
            self.told.put(None)
            thread.join()

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
        self.owner.execute("ANALYZE")
        return [Somebody(number, persons[one.reach_id], one) for number, one in enumerate(addresses)]

    def _let_go(self, people: Sequence[Somebody]) -> Group:
        """Make mailings of an offer to these people, whose copies fall due bunch by bunch, and let them act."""
        group, luck = Group(people, [new_key() for _ in range(COPIES)]), self.luck
        self.sink.moods |= {luck.choice(people).address.display: luck.choice(ODD)} if luck.random() < _ODDLY else {}
        number, now = luck.choice(BUNCHES), time.time() + BEFORE
        falls = [now + SPREAD * (one + luck.random()) / number for one in range(number)]
        bunches = [luck.randrange(number) for _ in people]
        tasks = [*self._told(group, [falls[one] for one in bunches]), *self._rests(group, falls)]
        timed = [one for one in tasks if not self._at_claim(group, *one)]
        group.missing, group.until = len(tasks), time.monotonic() + PATIENCE
        reaches, persons = [one.address.reach_id for one in people], [one.person for one in people]
        with self.owner.transaction():
            for key in group.mailings:
                late = [fall + luck.uniform(-BEFORE, BEFORE) for fall in falls]
                self.owner.execute(_MAILING, [key, OFFER, len(people)])
                self.owner.execute(_COPIES, [key, reaches, persons, [late[one] for one in bunches]])
        self._hands.give(timed)
        return group

    def _told(self, group: Group, falls: Sequence[float]) -> Iterator[tuple[About, Task]]:
        """Say who does what when; who is merged, is so with another of them, who may be of the same bunch."""
        luck, people = self.luck, group.people
        mates: dict[float, list[Somebody]] = {}
        for one, fall in zip(people, falls, strict=True):
            mates.setdefault(fall, []).append(one)
        for one, fall in zip(people, falls, strict=True):
            for kind in kinds(self.acts, luck):
                near = [two for two in luck.choice([people, mates[fall]]) if two is not one]
                other = luck.choice(near or [two for two in people if two is not one])
                self.kinds[kind] = self.kinds.get(kind, 0) + 1
                at = fall + luck.uniform(-BEFORE, AFTER)
                yield (group, None), Task(at, kind, self.acts[kind][0], one, other, chance(luck.random()))

    def _at_claim(self, group: Group, about: About, task: Task) -> bool:
        """Let most acts begin when one of the copies was just claimed, whichever that is."""
        luck = self.luck
        if luck.random() > AT_CLAIM:
            return False
        key, who = about[1] or luck.choice(group.mailings), task.who if about[1] is None else luck.choice(group.people)
        at = LATER * luck.random() ** 2
        self._hands.expect((key, who.address.reach_id), about, replace(task, at=at))
        return True

    def _rests(self, group: Group, falls: Sequence[float]) -> Iterator[tuple[About, Task]]:
        """Say which of the mailings are paused, and when."""
        luck, somebody = self.luck, group.people[0]
        for key in group.mailings:
            for _ in range(luck.choice(PAUSES)):
                self.kinds[PAUSED] = self.kinds.get(PAUSED, 0) + 1
                at = luck.choice(falls) + luck.uniform(-BEFORE, AFTER)
                yield (group, key), Task(at, PAUSED, rest(key), somebody, somebody, chance(luck.random()))

    def _wait(self) -> None:
        """Take in what was done within a moment, and judge each group of which nothing more is on its way."""
        until = time.monotonic() + _LOOK
        while (left := until - time.monotonic()) > 0:
            if found := self._hands.done(left):
                (group, mailing), act = found
                (group.acts if mailing is None else group.pauses.setdefault(mailing, [])).append(act)
                group.missing -= 1
                group.until = time.monotonic() + PATIENCE
        if any(group.missing and time.monotonic() > group.until for group in self._flying):
            raise AssertionError("acts wait for a copy, and nobody takes it")
        ready = [group for group in self._flying if not group.missing]
        if not ready:
            return
        rows = self.owner.execute(_OPEN, [[key for group in ready for key in group.mailings]]).fetchall()
        flies = {key for (key,) in rows}
        self._read()
        for group in ready:
            if flies.isdisjoint(group.mailings):
                self._flying.remove(group)
                for key in group.mailings:
                    self._judge(group, key)
            elif time.monotonic() > group.until:
                raise AssertionError("copies wait, and nobody takes them")

    def _judge(self, group: Group, key: UUID) -> None:
        """Judge a mailing to a group of which every act was answered and every copy ended."""
        numbers = {one.address.reach_id: one.number for one in group.people}
        rows = self.owner.execute(_ENDED, [key]).fetchall()
        self.owner.execute(_NO_MORE, [key])
        copies = {numbers[bytes(reach)]: Copy(state, lease, ended, LEASE) for reach, state, lease, ended in rows}
        ids = {numbers[bytes(reach)]: message_id(key, bytes(reach), host()).strip("<>") for reach, *_ in rows}
        dots = {who: self._dots.pop(one, []) for who, one in ids.items()}
        acts = [*group.acts, *group.pauses.get(key, ())]
        self.violations += judge(acts, copies, dots)
        self.met += met(group.acts, copies, dots)
        self._judged |= {one: "handed over" if dots[who] else copies[who].state for who, one in ids.items()}
        self.interleavings += len(copies)

    def _read(self) -> None:
        """Read what the mail server took meanwhile; what came after it was judged must be in doubt, and be alone."""
        taken = self.sink.dots[: len(self.sink.dots)]
        del self.sink.dots[: len(taken)]
        for dot in taken:
            if not dot.list:
                continue
            state = self._judged.get(dot.id)
            if state is None:
                self._dots.setdefault(dot.id, []).append(dot)
            elif state == "doubt":
                self._judged[dot.id] = "handed over"
            else:
                self.violations.append(f"{dot.recipient}: handed over after it had ended as {state}")
