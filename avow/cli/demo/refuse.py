"""Let people say no in every way there is, and a few change their minds by a verified act."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from itertools import cycle
from random import Random
from uuid import UUID

from avow.cli.demo.people import Invented
from avow.mail.stop import stop
from avow.record.known.address import parse
from avow.record.known.identity import persons_at, prove
from avow.record.known.link import link, unlink
from avow.record.said.choices import Standing, choose, state
from avow.record.said.chosen import Chosen
from avow.terms import Actor, Answer, Scope

Tick = Callable[[int], object]


@dataclass
class Refused:
    """Who said no, as the demo itself remembers it: mailboxes that want no newsletter, and how many did what."""

    mailboxes: set[bytes] = field(default_factory=set)
    ways: dict[str, int] = field(default_factory=dict)

    def count(self, way: str) -> None:
        """Count one refusal."""
        self.ways[way] = self.ways.get(way, 0) + 1


def say_no(people: Sequence[Invented], refused: Refused, tick: Tick) -> None:
    """Let each of these people say no in the next way, in the next scope."""
    scopes = {
        "the list": Chosen(Answer.NO, list="newsletter"),
        "a topic": Chosen(Answer.NO, topic="offers"),
        "all marketing": Chosen(Answer.NO, scope=Scope.MARKETING),
        "everything optional": Chosen(Answer.NO, scope=Scope.OPTIONAL),
        "enrichment": Chosen(Answer.NO, scope=Scope.ENRICHMENT),
        "insight": Chosen(Answer.NO, scope=Scope.INSIGHT),
    }
    stops = {"the list", "all marketing", "everything optional"}
    ways = cycle(("the link in a mailing", "the page, typed", "staff on behalf", "a list of refusals"))
    for person, (scope, chosen) in zip(people, cycle(scopes.items()), strict=False):
        way, address = next(ways), parse(person.address)
        whom = next(iter(persons_at(address.exact_id)), None)
        match way:
            case "the link in a mailing":
                stop([chosen], "link", whom, address.reach_id)
            case "the page, typed":
                stop([chosen], "page", None, address.reach_id)
            case "staff on behalf":
                choose(chosen, Actor.STAFF, "telephone", whom, address.reach_id)
            case _:
                choose(chosen, Actor.IMPORT, "list of refusals", None, address.reach_id)
        if scope in stops:
            refused.mailboxes.add(address.reach_id)
        refused.count(f"{scope}, by {way}")
        tick(1)


def strangers_say_no(people: Sequence[Invented], refused: Refused, tick: Tick) -> None:
    """Let mailboxes of which nobody is known here say no: they are remembered, and no person is made."""
    for person in people:
        address = parse(person.address)
        stop([Chosen(Answer.NO, scope=Scope.MARKETING)], "page", None, address.reach_id)
        refused.mailboxes.add(address.reach_id)
        refused.count("all marketing, by an unknown mailbox")
        tick(1)


def come_back(people: Sequence[Invented], refused: Refused, tick: Tick) -> None:
    """Let some who said no say yes again, each by a verified act of their own at their own address."""
    for person in people:
        address = parse(person.address)
        for whom in persons_at(address.exact_id):
            prove(whom, address.exact_id, "signed in by a code")
            for chosen in (Chosen(Answer.YES, scope=Scope.OPTIONAL), Chosen(Answer.YES, scope=Scope.MARKETING)):
                choose(chosen, Actor.PERSON_VERIFIED, "signed in", whom, address.reach_id)
            choose(Chosen(Answer.YES, purpose="newsletter"), Actor.PERSON_VERIFIED, "signed in", whom, address.reach_id)
        refused.mailboxes.discard(address.reach_id)
        tick(1)


@dataclass(frozen=True, slots=True)
class Merged:
    """A pair that was taken for one: the two persons, how each stood before, which of their mailboxes had refused."""

    persons: tuple[UUID, UUID]
    stood: tuple[Standing, Standing]
    mailboxes: frozenset[bytes]
    refusing: frozenset[bytes]


def merge(pairs: Sequence[tuple[Invented, Invented]], refused: Refused, tick: Tick) -> list[Merged]:
    """Let staff take each pair for one person; what either mailbox refused, both refuse from then on."""
    found = []
    for one, other in pairs:
        first, second = (parse(person.address) for person in (one, other))
        persons = persons_at(first.exact_id)[0], persons_at(second.exact_id)[0]
        mailboxes = frozenset({first.reach_id, second.reach_id})
        stood = state(persons[0]), state(persons[1])
        found.append(Merged(persons, stood, mailboxes, mailboxes & refused.mailboxes))
        link(*persons, Actor.STAFF)
        if mailboxes & refused.mailboxes:
            refused.mailboxes |= mailboxes
        tick(1)
    return found


def unmerge(pairs: Sequence[Merged], refused: Refused, tick: Tick) -> int:
    """Let staff part pairs again, and give how many persons do not stand then as they stood before."""
    wrong = 0
    for pair in pairs:
        unlink(*pair.persons)
        refused.mailboxes -= pair.mailboxes - pair.refusing
        for person, before in zip(pair.persons, pair.stood, strict=True):
            wrong += replace(state(person), choice_no=0) != replace(before, choice_no=0)
        tick(1)
    return wrong


def pick(people: Sequence[Invented], count: int, seed: int) -> list[Invented]:
    """Pick some people by chance, the same on every run."""
    return Random(seed).sample(people, count)  # noqa: S311 -- the demo's people are invented, and the same each time
