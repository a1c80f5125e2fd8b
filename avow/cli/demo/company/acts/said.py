"""Let people own what they bought, say no in all the ways there are, and say yes to others by name."""

from collections.abc import Iterator
from typing import Final

from avow.cli.demo.company.past import Did
from avow.cli.demo.company.scene import Scene
from avow.cli.demo.people import people
from avow.mail.stop import stop
from avow.record.known.address import parse
from avow.record.products.possess import possess
from avow.record.said.choices import choose
from avow.record.said.chosen import Chosen
from avow.record.taken.refuse import refuse
from avow.record.taken.sheets.refusals import Refusal
from avow.record.taken.whole import whole
from avow.terms import Actor, Answer, ChannelKind, Scope

_LIST: Final = "the list of refusals of an earlier program"
_EARLIER, _BOUNCED, _STRANGER, _LATER = 40, 250, 200, 30
"""One in so many people refused before they came; to one in so many mail came back; one a stranger did; one since."""
_WAYS: Final = ("link", "page", "one click", "letter")
_BATCH: Final = 500


def said_before(scene: Scene, seed: int) -> None:
    """Take over who refused before the store was: some of the people to come, and strangers."""
    bar = scene.bar("mailboxes looked at for refusals", scene.people)

    def told() -> Iterator[Refusal]:
        for number, one in enumerate(people(scene.people, seed)):
            bar(1)
            if number % _EARLIER == _EARLIER - 1:
                yield Refusal(parse(one.address).reach_id, Scope.MARKETING, None, _LIST)
            elif number % _BOUNCED == 2:  # noqa: PLR2004 -- a remainder, which says nothing
                yield Refusal(parse(one.address).reach_id, Scope.BOUNCED, None, _LIST)
            if number % _STRANGER == 0:
                yield Refusal(parse(f"stranger.{number}@example.net").reach_id, Scope.MARKETING, None, _LIST)

    refuse(told())


def said(scene: Scene) -> None:
    """Note what is owned, and let people choose by their own acts."""
    bought = scene.some(scene.past.of(ChannelKind.ORDER), 25, 4_000)
    bar = scene.bar("licences", len(bought))
    for start in range(0, len(bought), _BATCH):
        with whole():
            for one in bought[start : start + _BATCH]:
                product, _, version = one.what.partition(" ")
                possess(one.person, product, version, at=one.at)
                bar(1)
    later = [one for number, one in enumerate(scene.past.proven) if number % _LATER == 0]
    bar = scene.bar("refusals by a list", len(later))
    refuse(Refusal(parse(one.address).reach_id, Scope.MARKETING, None, "asked in a shop of ours") for one in later)
    bar(len(later))
    _stop(scene, scene.some(scene.past.proven, 300, 300))
    named = scene.some(scene.past.of(ChannelKind.REGISTRATION), 1_500, 60)
    bar = scene.bar("yes to others by name", len(named))
    for one in named:
        agreed = Chosen(Answer.YES, list="to.tern")
        choose(agreed, Actor.PERSON_VERIFIED, "signed in", one.person, parse(one.address).reach_id)
        bar(1)


def _stop(scene: Scene, some: list[Did]) -> None:
    """Let some say no by an act of their own, each in the next way and scope."""
    scopes = (
        Chosen(Answer.NO, scope=Scope.MARKETING),
        Chosen(Answer.NO, topic="offers"),
        Chosen(Answer.NO, list="newsletter"),
        Chosen(Answer.NO, scope=Scope.INSIGHT),
        Chosen(Answer.NO, scope=Scope.ENRICHMENT),
        Chosen(Answer.NO, scope=Scope.OPTIONAL),
    )
    bar = scene.bar("refusals by a click or a call", len(some))
    for number, one in enumerate(some):
        by_staff = number % 9 == 0
        way, actor = ("telephone", Actor.STAFF) if by_staff else (_WAYS[number % 4], Actor.PERSON_UNVERIFIED)
        stop([scopes[number % len(scopes)]], way, one.person, parse(one.address).reach_id, actor)
        bar(1)
