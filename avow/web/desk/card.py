"""Show one person for one purpose: what is held, from where, under which words, and what may be done now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse

from avow.accuracy.correct.correction import correctable
from avow.gate.seen.held import Held
from avow.gate.seen.may import May, may
from avow.gate.seen.read import read_all
from avow.gate.seen.reader import Reader
from avow.mail.queue.posted import Told, messages_of
from avow.optout.stops import stops
from avow.page.site import history, policy
from avow.page.staff.desk import desk, picked, readers, show
from avow.page.staff.models import Staff
from avow.policy.document import Policy, Purpose
from avow.policy.history import History
from avow.policy.shown.labelled import labelled
from avow.record.programs.token import names as programs
from avow.record.seen.cases import case_of
from avow.record.seen.past import Said, choices_of, links_of
from avow.record.seen.reading import reads_of
from avow.record.taken.whole import whole
from avow.terms import Actor, ChannelKind, FieldType, Role, Scope


@dataclass(frozen=True, slots=True)
class Part:
    """An item in words: its id where it is put right here, what it is, its fields by label, until when it is kept.

    `stands` says that it is set aside, or contested; "" is that it counts.
    """

    id: UUID | None
    title: str
    fields: tuple[tuple[str, str], ...]
    until: datetime | None
    stands: str


@dataclass(frozen=True, slots=True)
class Event:
    """What was given at once: where, when, under which version and words, and what was stated then."""

    item: Held
    channel: str
    states: tuple[str, ...]
    parts: tuple[Part, ...]


@desk()
def card(request: HttpRequest, who: Staff, person: UUID) -> HttpResponse:
    """Show a person for the purpose picked; whom the gate does not release for it, nobody sees, known or not."""
    chosen = picked(request, who)
    found = _gathered(*chosen, person) if chosen else None
    if chosen is None or found is None:
        return show(request, who, "web/desk/none.html", {"chosen": chosen and chosen[1]}, status=HTTPStatus.NOT_FOUND)
    told = {
        "person": person,
        "by": chosen[0],
        "chosen": chosen[1],
        "offered": [policy().purposes[name] for name in readers(who)],
        "stops": stops(policy()),
        "done": request.GET.get("done", ""),
    }
    names = {one.id: one.name for one in Staff.objects.all()}
    names |= {id_: f"the program {name}" for id_, name in programs({one.staff for one in found["reads"]}).items()}
    reads = [(one, one.organization or names.get(one.staff, "an account that is gone")) for one in found["reads"]]
    return show(request, who, "web/desk/card.html", {**told, **found, "reads": reads})


def _gathered(by: Reader, purpose: Purpose, person: UUID) -> dict[str, Any] | None:
    """Read a person in one transaction, declared once; None if the gate says no."""
    officer = by.role is Role.PRIVACY_OFFICER
    with whole():
        items = read_all(by, purpose.id, person)
        if items is None:
            return None
        return {
            "named": _name(items),
            "events": _events(items),
            "may": [one for one in may(person) if officer or _concerns(one, by)],
            "said": [(one, aim(one), _known(one, officer=officer)) for one in choices_of(person)],
            "messages": _seen(messages_of(person), purpose, officer=officer),
            "links": links_of(person) if officer else [],
            "reads": reads_of(person, 50) if officer else [],
            "case": case_of(person) if officer else None,
        }


def _events(items: Sequence[Held]) -> list[Event]:
    """Put together what was given at once, the latest first, in the words of the version that it came under."""
    of: dict[UUID, list[Held]] = {}
    for item in reversed(items):
        of.setdefault(item.event, []).append(item)
    return [_event(sorted(together, key=_place)) for together in of.values()]


def _place(item: Held) -> int:
    names = list(policy().categories)
    return names.index(item.category) if item.category in names else len(names)


def _event(items: Sequence[Held]) -> Event:
    first = items[0]
    known = _version(first.version)
    channel = known.channels.get(ChannelKind(first.channel))
    states = tuple(known.purposes[name].states for name in first.purposes if name in known.purposes)
    return Event(first, channel.title if channel else first.channel, states, tuple(_part(known, one) for one in items))


def _part(known: Policy, item: Held) -> Part:
    category = known.categories.get(item.category) or policy().categories.get(item.category)
    fields = labelled(category, item.fields)
    id_ = item.id if correctable(item.category) else None
    stands = "aside" if item.aside else "contested" if item.contested else ""
    return Part(id_, category.title if category else item.category, fields, item.until, stands)


def _name(items: Sequence[Held]) -> str:
    """Give what names a person in the newest items that count: the first value that is a name, or else an address."""
    for wanted in (FieldType.NAME, FieldType.ADDRESS):
        for item in reversed([one for one in items if not one.aside]):
            category = policy().categories.get(item.category)
            for field in category.fields if category else ():
                if field.type is wanted and field.id in item.fields:
                    return item.fields[field.id]
    return ""


def _version(name: str | None) -> Policy:
    return next((one for one in history().policies if one.front.version == name), policy())


def _concerns(one: May, by: Reader) -> bool:
    """Say whether a role sees a decision: of its own purposes, and of what people choose; others tell of more."""
    return bool(one.purpose.scope) or one.purpose.kind in by.role.kinds


def aim(one: Said) -> str:
    """Say in words what a choice is about."""
    if one.purpose:
        found = policy().purposes.get(one.purpose)
        return found.title if found else one.purpose
    if one.list:
        return f"the list “{one.list}”"
    return _scope(history(), one.scope or 0)


def _known(one: Said, *, officer: bool) -> str:
    """Give what a choice is known from; a form's name would tell others than the officer what else somebody does."""
    return one.evidence if officer or one.actor == Actor.STAFF.value else ""


def _scope(known: History, bit: int) -> str:
    words = {Scope.OPTIONAL: "everything optional", Scope.MARKETING: "all marketing mail"}
    if bit in {*Scope}:
        return words.get(Scope(bit), Scope(bit).name.lower())
    topic = next((name for name, number in known.topics.items() if number == bit), "")
    return f"the topic “{policy().topics[topic].title}”" if topic in policy().topics else f"scope {bit}"


def _seen(messages: Sequence[Told], purpose: Purpose, *, officer: bool) -> list[Told]:
    """Give the messages that the purpose is about; rights are about all of them."""
    return [one for one in messages if officer or (purpose.kind and one.kind == purpose.kind.value)]
