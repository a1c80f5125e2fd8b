"""Show one person for one purpose: what is held, from where, under which words, and what may be done now."""

from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from uuid import UUID

from django.http import HttpRequest, HttpResponse

from avow.gate.seen.may import may
from avow.gate.seen.read import Held, read_all
from avow.mail.queue.told import Told, messages_of
from avow.optout.stops import stops
from avow.page.site import history, policy
from avow.page.staff.desk import desk, picked, readers, show
from avow.page.staff.models import Staff
from avow.policy.document import Policy, Purpose
from avow.policy.history import History
from avow.record.seen.cases import case_of
from avow.record.seen.past import Said, choices_of, links_of
from avow.record.seen.reading import Read, reads_of
from avow.terms import ChannelKind, FieldType, Role, Scope


@dataclass(frozen=True, slots=True)
class Line:
    """An item in words: what it is, its fields by label, where it comes from, what was stated."""

    item: Held
    title: str
    fields: tuple[tuple[str, str], ...]
    channel: str
    states: tuple[str, ...]


@desk()
def card(request: HttpRequest, who: Staff, person: UUID) -> HttpResponse:
    """Show a person for the purpose picked; whom the gate does not release for it, nobody sees, known or not."""
    chosen = picked(request, who)
    items = read_all(chosen[0], chosen[1].id, person) if chosen else None
    if chosen is None or items is None:
        return show(request, who, "web/desk/none.html", {"chosen": chosen and chosen[1]}, status=HTTPStatus.NOT_FOUND)
    officer = chosen[0].role is Role.PRIVACY_OFFICER
    told = {
        "person": person,
        "by": chosen[0],
        "chosen": chosen[1],
        "offered": [policy().purposes[name] for name in readers(who)],
        "named": _name(items),
        "lines": [_line(one) for one in reversed(items)],
        "may": may(person),
        "said": [(one, aim(one)) for one in choices_of(person)],
        "messages": _seen(messages_of(person), chosen[1], officer=officer),
        "links": links_of(person),
        "reads": _named(reads_of(person, 50)) if officer else [],
        "case": case_of(person) if officer else None,
        "stops": stops(policy()),
        "done": request.GET.get("done", ""),
    }
    return show(request, who, "web/desk/card.html", told)


def _line(item: Held) -> Line:
    """Put an item into the words of the version that it came under, or of the one in force."""
    known = _version(item.version)
    category = known.categories.get(item.category) or policy().categories.get(item.category)
    labels = {field.id: field.label for field in category.fields} if category else {}
    channel = known.channels.get(ChannelKind(item.channel))
    return Line(
        item,
        category.title if category else item.category,
        tuple((labels.get(name, name), value) for name, value in item.fields.items()),
        channel.title if channel else item.channel,
        tuple(known.purposes[name].states for name in item.purposes if name in known.purposes),
    )


def _name(items: Sequence[Held]) -> str:
    """Give what names a person in the newest items: the first value that is a name, or else an address."""
    for wanted in (FieldType.NAME, FieldType.ADDRESS):
        for item in reversed(items):
            category = policy().categories.get(item.category)
            for field in category.fields if category else ():
                if field.type is wanted and field.id in item.fields:
                    return item.fields[field.id]
    return ""


def _version(name: str | None) -> Policy:
    return next((one for one in history().policies if one.front.version == name), policy())


def aim(one: Said) -> str:
    """Say in words what a choice is about."""
    if one.purpose:
        found = policy().purposes.get(one.purpose)
        return found.title if found else one.purpose
    if one.list:
        return f"the list “{one.list}”"
    return _scope(history(), one.scope or 0)


def _scope(known: History, bit: int) -> str:
    words = {Scope.OPTIONAL: "everything optional", Scope.MARKETING: "all marketing mail"}
    if bit in {*Scope}:
        return words.get(Scope(bit), Scope(bit).name.lower())
    topic = next((name for name, number in known.topics.items() if number == bit), "")
    return f"the topic “{policy().topics[topic].title}”" if topic in policy().topics else f"scope {bit}"


def _seen(messages: Sequence[Told], purpose: Purpose, *, officer: bool) -> list[Told]:
    """Give the messages that the purpose is about; rights are about all of them."""
    return [one for one in messages if officer or (purpose.kind and one.kind == purpose.kind.value)]


def _named(reads: Sequence[Read]) -> list[tuple[Read, str]]:
    names = {one.id: one.name for one in Staff.objects.all()}
    return [(one, names.get(one.staff, "an account that is gone")) for one in reads]
