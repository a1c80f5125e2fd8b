"""Invent what people handed in over three years, each thing with its day, the same on every run."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Final
from uuid import UUID

from avow.cli.demo.company.words import (
    ABOUT_ME,
    ANSWERS,
    LETTERS,
    POSITIONS,
    PROBLEMS,
    PRODUCTS,
    SUBJECTS,
    THREADS,
    VERSIONS,
)
from avow.cli.demo.people import Invented, people
from avow.policy.document import Policy
from avow.record.key import new_key
from avow.record.known.address import parse
from avow.record.said.chosen import Chosen
from avow.record.shown.notice import show
from avow.record.shown.stamp import UNKNOWN, Shown
from avow.record.shown.versions import in_force
from avow.record.taken.bulk import Arrival
from avow.terms import Answer, ChannelKind, Scope

DAYS: Final = 3 * 365
"""The days of the company's history."""
_FIRST: Final = {
    ChannelKind.REGISTRATION: 45,
    ChannelKind.ORDER: 22,
    ChannelKind.INQUIRY: 12,
    ChannelKind.SUPPORT: 8,
    ChannelKind.IMPORT: 7,
    ChannelKind.APPLICATION: 3,
    ChannelKind.LETTER: 3,
}
"""By what people come, of each hundred."""
_THEN: Final = {
    ChannelKind.ORDER: 0.35,
    ChannelKind.SUPPORT: 0.2,
    ChannelKind.INQUIRY: 0.1,
    ChannelKind.FORUM: 0.03,
    ChannelKind.LETTER: 0.02,
}
"""By what some hand in more later."""
_SOURCES: Final = {
    ChannelKind.ORDER: "shop",
    ChannelKind.SUPPORT: "desk",
    ChannelKind.IMPORT: "earlier list",
    ChannelKind.FORUM: "/forum/",
    ChannelKind.REGISTRATION: "/register/",
    ChannelKind.INQUIRY: "/inquiry/",
    ChannelKind.APPLICATION: "/apply/",
    ChannelKind.LETTER: "mailbox",
}
_UNPROVEN, _NEWS, _NOT_TOLD = 12, 25, 60
"""One in so many never proved the address, took the newsletter, ticked the box that says no."""
_OPENS, _CLOSES = 7, 21
_ANSWERED: Final = 4
"""Posts in a thread, on the average."""

_Given = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Did:
    """That somebody did something: who, at which address, when, and what it was about."""

    person: UUID
    address: str
    at: datetime
    what: str = ""


@dataclass(slots=True)
class Past:
    """Who proved their address and handed in what, by the channel, in the order in which people were invented."""

    did: dict[ChannelKind, list[Did]] = field(default_factory=dict)
    proven: list[Did] = field(default_factory=list)

    def add(self, kind: ChannelKind, did: Did) -> None:
        """Note it."""
        self.did.setdefault(kind, []).append(did)

    def of(self, kind: ChannelKind) -> list[Did]:
        """Give who handed in something by a channel."""
        return self.did.get(kind, [])


def past(count: int, seed: int, known: Past, until: datetime | None = None) -> Iterator[Arrival]:
    """Invent what each of so many people handed in, and note it; what had its time by now is not among it."""
    policy, now = in_force(), until or datetime.now(UTC)
    luck = Random(seed)  # noqa: S311 -- the same on every run, not secret
    language, earlier = policy.front.language, ChannelKind.IMPORT
    shown = {kind: UNKNOWN if kind is earlier else show(policy, kind, language) for kind in _SOURCES}
    told = _Told(policy, shown, now, luck)
    for number, person in enumerate(people(count, seed)):
        yield told.arrival(number, person, known)


@dataclass(frozen=True, slots=True)
class _Told:
    """What all invented people were shown, until when they did something, and their luck."""

    policy: Policy
    shown: Mapping[ChannelKind, Shown]
    now: datetime
    luck: Random

    def arrival(self, number: int, person: Invented, known: Past) -> Arrival:
        """Invent all that one person handed in."""
        luck, who, proven = self.luck, new_key(), number % _UNPROVEN != 0
        first = luck.choices(list(_FIRST), list(_FIRST.values()))[0]
        kinds = [kind for kind, chance in _THEN.items() if luck.random() < chance] if proven else []
        came = self._day(first, timedelta(days=DAYS))
        parts = [self._part(first, person, came, proven=proven)]
        parts += [self._part(kind, person, self._day(kind, self.now - came), proven=proven) for kind in kinds]
        parts.sort(key=lambda one: one[1].at or self.now)
        for kind, part, what in parts if proven else ():
            known.add(kind, Did(who, person.address, part.at or self.now, what))
        if proven:
            known.proven.append(Did(who, person.address, came))
        begun, *later = [part for _, part, _ in parts]
        return replace(begun, person=who, chosen=_chosen(number, parts[0][0]), later=tuple(later))

    def _part(
        self, kind: ChannelKind, person: Invented, at: datetime, *, proven: bool
    ) -> tuple[ChannelKind, Arrival, str]:
        what, given = _given(kind, person, self.luck, (self.now - at).days)
        return kind, Arrival(self.shown[kind], _SOURCES[kind], parse(person.address), given, at=at, proven=proven), what

    def _day(self, kind: ChannelKind, within: timedelta) -> datetime:
        """Give an instant of a working day, more often a late one; never one whose things had their time since."""
        kept = [self.policy.categories[name].retention for name in self.policy.channels[kind].collects]
        least = min((days for days in kept if days is not None), default=DAYS)
        span = min(within, timedelta(days=least - 2)).total_seconds()
        at = self.now - timedelta(seconds=span * (1 - self.luck.random() ** 0.5))
        hour, rest = self.luck.randint(_OPENS, _CLOSES), self.luck.randrange(3_600_000_000)
        moved = at.replace(hour=hour, minute=0, second=0, microsecond=0) + timedelta(microseconds=rest)
        return moved if moved < self.now else at


def _chosen(number: int, kind: ChannelKind) -> tuple[Chosen, ...]:
    """Let some tick a box of the form that they came by."""
    if kind is not ChannelKind.REGISTRATION:
        return ()
    if number % _NEWS == 1:
        return (Chosen(Answer.YES, purpose="newsletter"),)
    return (Chosen(Answer.NO, scope=Scope.MARKETING),) if number % _NOT_TOLD == 1 else ()


def invented(kind: ChannelKind, address: str, luck: Random) -> Mapping[str, Mapping[str, str]]:
    """Invent what somebody whose address is known types at a channel today."""
    name = address.partition("@")[0].replace(".", " ").title()
    return _given(kind, Invented(address, name, "", "DE"), luck, 0)[1]


def _given(kind: ChannelKind, person: Invented, luck: Random, ago: int) -> tuple[str, _Given]:
    """Invent what a person types at a channel so many days ago; first in a word what it is about."""
    product = luck.choice(list(PRODUCTS))
    what, given = _typed(kind, person, luck, PRODUCTS[product])
    if kind is ChannelKind.ORDER:
        newest = min(len(VERSIONS) * (DAYS - ago) // DAYS, len(VERSIONS) - 1)
        what = f"{product} {VERSIONS[max(newest, 0)]}"
    return what, {"contact": {"email": person.address}, **given}


def _typed(kind: ChannelKind, person: Invented, luck: Random, title: str) -> tuple[str, _Given]:
    known = {"name": person.name, "company": person.company, "country": person.country}
    profile = {"profile": {name: value for name, value in known.items() if value}}
    if kind is ChannelKind.ORDER:
        billing = f"{person.name}\n{luck.randint(1, 99)} Quay Street\n{person.country}"
        profile["order"] = {"product": title, "number": str(luck.randint(1, 50)), "billing": billing}
    elif kind is ChannelKind.APPLICATION:
        profile["application"] = {"position": luck.choice(POSITIONS), "letter": luck.choice(ABOUT_ME)}
    elif kind not in {ChannelKind.REGISTRATION, ChannelKind.IMPORT}:
        return _said(kind, person, luck, title)
    return "", profile


def _said(kind: ChannelKind, person: Invented, luck: Random, title: str) -> tuple[str, _Given]:
    """Invent words: a question, what does not work, a letter, a post."""
    if kind is ChannelKind.FORUM:
        return _posted(person, luck)
    if kind is ChannelKind.SUPPORT:
        return "", {"support": {"product": title, "problem": luck.choice(PROBLEMS)}}
    if kind is ChannelKind.INQUIRY:
        subject, words = luck.choice(SUBJECTS)
        return "", {"inquiry": {"subject": subject, "message": f"{words} It is about {title}."}}
    subject, words = luck.choice(LETTERS)
    return "", {"letter": {"subject": subject, "text": words}}


def _posted(person: Invented, luck: Random) -> tuple[str, _Given]:
    """Invent a post: the first of a thread, or an answer; the word is the board of the former."""
    handle = {"handle": {"handle": person.name.replace(" ", ".").lower()}}
    if luck.randrange(_ANSWERED) == 0:
        board, subject, words = luck.choice(THREADS)
        return board, {**handle, "forum": {"subject": subject, "post": words}}
    return "", {**handle, "forum": {"post": luck.choice(ANSWERS)}}
