"""Let invented people arrive: by the registration form, by an inquiry, by an import; and let some deal with us then."""

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from uuid import UUID

from avow.cli.demo.people import Invented
from avow.collection.ask import CONFIRM
from avow.collection.collect import collect
from avow.collection.seen.form import Form, lay_out
from avow.collection.seen.sealed import opened, sealed
from avow.policy.document import Policy
from avow.record.known.address import parse
from avow.record.known.identity import persons_at, verify
from avow.record.said.choices import choose
from avow.record.said.chosen import Chosen
from avow.record.shown.notice import show
from avow.record.shown.stamp import UNKNOWN, stamp
from avow.record.shown.versions import history, in_force
from avow.record.taken.bulk import Arrival, take
from avow.record.taken.store import Given, keep
from avow.record.token import unseal
from avow.terms import Actor, Answer, ChannelKind, FieldType, Scope

Tick = Callable[[int], object]
_YES_EACH, _NO_EACH = 3, 11


def fill_in(people: Iterable[Invented], channel: ChannelKind, tick: Tick) -> None:
    """Let each fill in the form of a channel, as it stands on the page: some tick its boxes, most do not."""
    policy = in_force()
    blank = lay_out(policy, channel)
    token = sealed(policy, channel)
    seen = opened(token)
    for number, person in enumerate(people):
        typed = _typed(blank, person)
        boxes = [box.name for box in blank.boxes]
        ticked = [name for name in boxes if number % (_YES_EACH if name.startswith("yes.") else _NO_EACH) == 0]
        form = lay_out(policy, channel, typed | dict.fromkeys(ticked, "on"))
        collect(form, seen, parse(person.address), "demo")
        tick(1)


def confirm(links: Iterable[str], tick: Tick) -> None:
    """Let those who got a link prove their address by it, as the button on its page does."""
    for link in links:
        person, exact = unseal(CONFIRM, link)
        verify(UUID(person), bytes.fromhex(exact), "link in mail")
        tick(1)


def bring_in(people: Iterable[Invented], told: bool, tick: Tick, yes_each: int = _YES_EACH) -> None:
    """Import people of an earlier list, all or none: `told` if they were shown the registration's notice then.

    One in `yes_each` of them had asked for the newsletter, none if it is 0.
    """
    policy = in_force()
    shown = show(policy, ChannelKind.REGISTRATION, policy.front.language) if told else UNKNOWN
    before = datetime.now(UTC) - timedelta(days=90)

    def arrivals() -> Iterator[Arrival]:
        for number, person in enumerate(people):
            given = {"contact": {"email": person.address}, "profile": {"name": person.name, "country": person.country}}
            chosen = []
            if told and yes_each and number % yes_each == 0:
                chosen.append(Chosen(Answer.YES, purpose="newsletter"))
            if told and number % _NO_EACH == 0:
                chosen.append(Chosen(Answer.NO, scope=Scope.MARKETING))
            yield Arrival(shown, "earlier list", parse(person.address), given, tuple(chosen), before, proven=told)

    take(arrivals(), tick)


def deal(people: Iterable[Invented], channel: ChannelKind, tick: Tick) -> None:
    """Let people whom we know hand in by a channel what it asks for; whoever does has its relation from then on.

    Every third ticks the boxes of what may be done beyond that.
    """
    policy = in_force()
    shown = show(policy, channel, policy.front.language)
    known = policy.purposes
    boxes = [name for name in policy.channels[channel].states if known[name].box and known[name].scope == "optional"]
    for number, person in enumerate(people):
        address = parse(person.address)
        marked, whose = stamp(history(), shown, "demo", datetime.now(UTC)), persons_at(address.exact_id)[0]
        keep(marked, list(_handed_in(policy, channel, person)), address, person=whose)
        for box in boxes if number % _YES_EACH == 0 else ():
            choose(Chosen(Answer.YES, purpose=box), Actor.PERSON_VERIFIED, "demo", whose, address.reach_id)
        tick(1)


def _handed_in(policy: Policy, channel: ChannelKind, person: Invented) -> Iterator[Given]:
    """Give what a channel asks for, as far as it must be given."""
    for name in policy.channels[channel].collects:
        fields = [field for field in policy.categories[name].fields if field.required]
        if fields:
            values = {field.id: "3 of the large one, please" for field in fields if field.type is not FieldType.ADDRESS}
            yield Given(name, values | {field.id: person.address for field in fields if field.id not in values})


def _typed(blank: Form, person: Invented) -> dict[str, str]:
    """Give what a person types into each field of a form."""
    known = {"email": person.address, "name": person.name, "company": person.company, "country": person.country}
    return {
        field.name: known.get(
            field.name.partition(".")[2], "A question about your mail server" if field.required else ""
        )
        for field in blank.fields
    }
