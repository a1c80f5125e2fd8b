"""Let people act while messages are on their way to them, and write down when each act began and was answered."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from random import Random
from typing import Any
from uuid import UUID

from django.db import OperationalError

from avow.cli.demo.mailing.saying.said import Company, Reader
from avow.cli.demo.mailing.saying.ways import LETTERS, WAYS
from avow.errors import Contended, MailError, RecordError
from avow.lmtp.take import take as take_letter
from avow.mail.course.move import pause, resume
from avow.mail.links import links
from avow.mail.stop import stop
from avow.mail.taken.raw import Raw
from avow.record.known.address import Address
from avow.record.known.link import link
from avow.record.said.choices import Chosen, choose
from avow.record.said.circle import DEADLOCK
from avow.record.shown.notice import show
from avow.record.shown.versions import in_force
from avow.record.taken.bulk import Arrival, take
from avow.terms import Actor, Answer, ChannelKind
from tests.units.mail.inbound.corpus import letter
from tests.units.record.cast import NO_MARKETING, YES_MARKETING, arrive

REFUSALS = (NO_MARKETING, Chosen(Answer.NO, list="offers"), Chosen(Answer.NO, topic="offers"))


@dataclass(frozen=True, slots=True)
class Somebody:
    """One of those who are written to: number, person, address."""

    number: int
    person: UUID
    address: Address


@dataclass(frozen=True, slots=True)
class Act:
    """What somebody did: from when to when (seconds of the clock), and with whom.

    `waits` is whether its answer says that nothing more is handed over; else it holds for what is decided later.
    """

    kind: str
    who: int
    begun: float
    ended: float
    waits: bool = False
    other: int = -1


NOBODY = -1
Do = Callable[[Somebody, Somebody, Random], Any]


def chance(seed: float) -> Random:
    """Give the chance of a seed, the same on every run."""
    return Random(seed)  # noqa: S311 -- what happens has to be random, not secret


def _click(who: Somebody, _: Somebody, luck: Random) -> object:
    return stop([luck.choice(REFUSALS)], "link", who.person, who.address.reach_id)


def _typed(who: Somebody, _: Somebody, luck: Random) -> object:
    return stop([luck.choice(REFUSALS)], "page", reach=who.address.reach_id)


def _staff(who: Somebody, _: Somebody, luck: Random) -> object:
    person, reach = luck.choice([(who.person, None), (None, who.address.reach_id)])
    return stop([NO_MARKETING], "telephone", person, reach, Actor.STAFF)


def _letter(who: Somebody, _: Somebody, __: Random) -> None:
    raw = letter("Please unsubscribe me.", f"From: {who.address.display}", f"Message-ID: <{who.number}@example.org>")
    assert take_letter(Raw(who.address.display, ("privacy@example.com",), raw))


def _brought(who: Somebody, chosen: Chosen) -> None:
    shown = show(in_force(), ChannelKind.REGISTRATION, "en")
    given = {"contact": {"email": who.address.display}}
    take([Arrival(shown, "list", who.address, given, (chosen,), datetime.now(UTC), proven=True)])


def _imported_no(who: Somebody, _: Somebody, __: Random) -> None:
    _brought(who, NO_MARKETING)


def _imported_yes(who: Somebody, _: Somebody, __: Random) -> None:
    _brought(who, YES_MARKETING)


def _again(who: Somebody, _: Somebody, __: Random) -> object:
    return arrive(who.address.display, YES_MARKETING)


def _joined(who: Somebody, _: Somebody, luck: Random) -> object:
    chosen = luck.choice([YES_MARKETING, Chosen(Answer.YES, list="offers"), Chosen(Answer.YES, purpose="newsletter")])
    return choose(chosen, Actor.PERSON_VERIFIED, "page", who.person, who.address.reach_id)


def _merged(who: Somebody, other: Somebody, _: Random) -> object:
    try:
        return link(who.person, other.person, Actor.STAFF)
    except RecordError:  # they are one already
        return None


Acts = Mapping[str, tuple[Do, int]]
"""What people do, and how often beside the rest."""

ACTS: Acts = {
    "click": (_click, 9),
    "typed": (_typed, 5),
    "staff": (_staff, 2),
    "letter": (_letter, 2),
    "imported no": (_imported_no, 1),
    "imported yes": (_imported_yes, 1),
    "again": (_again, 1),
    "joined": (_joined, 2),
    "merged": (_merged, 3),
}
"""Whatever people do."""
PAUSED = "paused"
"""What is done to the mailing as a whole: from when to when it is, as whoever did it was told."""
REFUSE = frozenset({"click", "typed", "staff", "letter", *WAYS})
"""Acts whose answer says that nothing more is handed over."""


def by_letter(port: int) -> Acts:
    """Give the ways to say no by a letter, each over a connection of its own to the door at a port."""
    company = Company(0, port, "privacy@example.com")

    def write(way: str, who: Somebody, _: Somebody, __: Random) -> object:
        link = links(who.person, who.address.reach_id, "offers", company.mailbox)
        token = link.choices.rstrip("/").rpartition("/")[2]
        return WAYS[way](company, Reader(who.person, who.address.display, who.address.reach_id, token, ""), way)

    return {way: (partial(write, way), 1) for way in LETTERS}


def rest(mailing: UUID) -> Do:
    """Give what staff do to a mailing as a whole: pause it for a moment, and go on with it."""

    def pausing(_: Somebody, __: Somebody, luck: Random) -> tuple[float, float]:
        try:
            pause(mailing)
        except MailError:  # the last of it ended just before
            return 0.0, 0.0
        held = time.time()
        time.sleep(0.2 * luck.random())
        ended = time.time()
        resume(mailing)
        return held, ended

    return pausing


def kinds(acts: Acts, luck: Random) -> list[str]:
    """Give what somebody does, at about the same time: a refusal mostly, and perhaps more."""
    names, weights = list(acts), [weight for _, weight in acts.values()]
    return luck.choices(names, weights, k=luck.choice([1, 1, 1, 1, 2, 3]))


def _did(do: Do, who: Somebody, other: Somebody, luck: Random) -> bool:
    """Do it; where two wait for each other PostgreSQL sends one away, who comes again."""
    try:
        do(who, other, luck)
    except Contended:  # too many acts about the same people; nothing was kept
        return False
    except OperationalError as error:
        if getattr(error.__cause__, "sqlstate", "") != DEADLOCK:
            raise
        return False
    return True


def act(kind: str, do: Do, who: Somebody, other: Somebody, luck: Random) -> Act:
    """Do it, and say when."""
    begun = time.time()
    if kind == PAUSED:
        return Act(kind, NOBODY, *do(who, other, luck))
    while not _did(do, who, other, luck):
        pass
    return Act(kind, who.number, begun, time.time(), kind in REFUSE, other.number if kind == "merged" else -1)
