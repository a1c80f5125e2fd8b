"""Invent what people gave and chose over two years, the same on every run."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Final

from avow.cli.demo.people import Invented, people
from avow.record.known.address import parse
from avow.record.said.chosen import Chosen
from avow.record.shown.notice import show
from avow.record.shown.stamp import Shown
from avow.record.shown.versions import in_force
from avow.record.taken.bulk import Arrival
from avow.record.taken.sheets.refusals import Refusal
from avow.terms import Answer, ChannelKind, Scope

_YEAR: Final = 365
_NEWS, _NOT_VERSIONS, _UNPROVEN = 100, 400, 12
"""One person in so many joins the newsletter, refuses its topic, never proved the address."""
_NO, _STRANGER, _BACK = 16, 200, 300
"""One in so many refused all marketing before, as a stranger did; to one in so many mail came back."""
_FIRST: Final = (
    (ChannelKind.REGISTRATION, 60),
    (ChannelKind.INQUIRY, 15),
    (ChannelKind.ORDER, 15),
    (ChannelKind.SUPPORT, 10),
)
_THEN: Final = ((ChannelKind.ORDER, 0.35), (ChannelKind.SUPPORT, 0.2), (ChannelKind.INQUIRY, 0.1))
_PRODUCTS: Final = ("Harbour Mail", "Harbour Gate", "Harbour Archive", "Lighthouse")
_SUBJECTS: Final = ("Prices for a school", "Does it run on ARM?", "A quotation, please", "How many mailboxes?")
_PROBLEMS: Final = (
    "Messages wait in the queue since the update.",
    "The licence key is not taken.",
    "Logs fill the disk within a day.",
    "Two servers answer under one name.",
)
_SOURCES: Final = {
    ChannelKind.REGISTRATION: "/register/",
    ChannelKind.INQUIRY: "/inquiry/",
    ChannelKind.ORDER: "shop",
    ChannelKind.SUPPORT: "desk",
}

_LIST: Final = "invented list of refusals"

Given = Mapping[str, Mapping[str, str]]


def refusals(count: int, tick: Callable[[int], object]) -> Iterator[Refusal]:
    """Let a few of the people refuse before they come, and strangers too, as lists of other programs say it."""
    for number, person in enumerate(people(count)):
        tick(1)
        if number % _NO == 0:
            yield Refusal(parse(person.address).reach_id, Scope.MARKETING, None, _LIST)
        elif number % _BACK == 1:
            yield Refusal(parse(person.address).reach_id, Scope.BOUNCED, None, _LIST)
        elif number % _STRANGER == 1:
            yield Refusal(parse(f"stranger.{number}@example.net").reach_id, Scope.MARKETING, None, _LIST)


def arrivals(count: int) -> Iterator[Arrival]:
    """Invent what each gave: first by one channel, then perhaps by others."""
    policy, now, luck = in_force(), datetime.now(UTC), Random(7)  # noqa: S311 -- the same on every run, not secret
    shown = {kind: show(policy, kind, policy.front.language) for kind in _SOURCES}
    firsts, weights = [kind for kind, _ in _FIRST], [weight for _, weight in _FIRST]
    for number, person in enumerate(people(count)):
        kinds = luck.choices(firsts, weights) + [kind for kind, chance in _THEN if luck.random() < chance]
        age = luck.random() * 2 * _YEAR
        days = [age, *sorted((luck.random() * age for _ in kinds[1:]), reverse=True)]
        events = [
            (kind, now - timedelta(days=day), _given(kind, person, luck)) for kind, day in zip(kinds, days, strict=True)
        ]
        yield _arrival(person, events, shown, _chosen(number, kinds[0]), proven=number % _UNPROVEN != 0)


def _arrival(
    person: Invented,
    events: list[tuple[ChannelKind, datetime, Given]],
    shown: Mapping[ChannelKind, Shown],
    chosen: tuple[Chosen, ...],
    *,
    proven: bool,
) -> Arrival:
    address = parse(person.address)
    first, *later = [
        Arrival(shown[kind], _SOURCES[kind], address, given, at=at, proven=proven) for kind, at, given in events
    ]
    return replace(first, chosen=chosen, later=tuple(later))


def _chosen(number: int, kind: ChannelKind) -> tuple[Chosen, ...]:
    """Let some tick a box of the form that they came by."""
    if kind is not ChannelKind.REGISTRATION:
        return ()
    if number % _NEWS == 0:
        return (Chosen(Answer.YES, purpose="newsletter"),)
    return (Chosen(Answer.NO, topic="versions"),) if number % _NOT_VERSIONS == 1 else ()


def _given(kind: ChannelKind, person: Invented, luck: Random) -> Given:
    """Invent what a person types at a channel."""
    given: dict[str, Mapping[str, str]] = {"contact": {"email": person.address}}
    product = luck.choice(_PRODUCTS)
    if kind is ChannelKind.ORDER:
        billing = f"{person.name}\n{luck.randint(1, 99)} Quay Street\n{person.country}"
        given["order"] = {"product": product, "number": str(luck.randint(1, 50)), "billing": billing}
    elif kind is ChannelKind.SUPPORT:
        given["support"] = {"product": product, "problem": luck.choice(_PROBLEMS)}
    elif kind is ChannelKind.INQUIRY:
        subject = luck.choice(_SUBJECTS)
        given["inquiry"] = {"subject": subject, "message": f"{subject} It is about {product}."}
    else:
        known = {"name": person.name, "company": person.company, "country": person.country}
        given["profile"] = {name: value for name, value in known.items() if value}
    return given
