"""Lay out the form of a channel from the policy: fields, what each is for, unticked boxes."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from django.utils.translation import gettext as _

from avow.errors import CollectionError
from avow.page.field import Field, declared
from avow.policy.document import Category, Policy, Purpose
from avow.policy.history import scope_named
from avow.terms import ChannelKind, Default, FieldType, Scope
from avow.tongue import marked

CHANNELS: Final = (
    ChannelKind.REGISTRATION,
    ChannelKind.INQUIRY,
    ChannelKind.ORDER,
    ChannelKind.SUPPORT,
    ChannelKind.APPLICATION,
)
"""The channels that have a form; what comes by any other has a door of its own, with checks of its own."""
POT, SEAL = "blank", "shown"
"""The field that only machines fill in, by a name that no browser fills, and the one that carries what was shown."""
YES, _NO = "yes.", "no."
"""Begin the names of the boxes that say so."""
_SEND = marked("Send it")
_BUTTONS = {
    ChannelKind.REGISTRATION: marked("Register"),
    ChannelKind.INQUIRY: marked("Send the question"),
    ChannelKind.ORDER: marked("Send the order"),
    ChannelKind.APPLICATION: marked("Send the application"),
}


@dataclass(frozen=True, slots=True)
class Box:
    """A box that nobody has ticked: its words, what they mean, and whether the person ticks it now."""

    name: str
    label: str
    hint: str
    ticked: bool = False

    @property
    def id(self) -> str:
        """Give the name as an HTML id."""
        return self.name.replace(".", "-")

    @property
    def says_no(self) -> bool:
        """Say whether a tick is a no."""
        return self.name.startswith(_NO)


@dataclass(frozen=True, slots=True)
class Group:
    """The fields of one category, and what they are for."""

    category: str
    title: str
    fields: tuple[Field, ...]
    purposes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Form:
    """A form as it stands on the page."""

    channel: ChannelKind
    title: str
    groups: tuple[Group, ...]
    boxes: tuple[Box, ...]

    @property
    def fields(self) -> tuple[Field, ...]:
        """Give every field, in the order of the page."""
        return tuple(field for group in self.groups for field in group.fields)

    @property
    def wrong(self) -> tuple[Field, ...]:
        """Give the fields that something is wrong with."""
        return tuple(field for field in self.fields if field.wrong)

    @property
    def address(self) -> Field:
        """Give the field that holds the person's address."""
        return next(field for field in self.fields if field.type is FieldType.ADDRESS)

    @property
    def files(self) -> tuple[Field, ...]:
        """Give the fields that take a file."""
        return tuple(field for field in self.fields if field.type is FieldType.FILE)

    @property
    def button(self) -> str:
        """Give the words of the button that sends it."""
        return _(_BUTTONS.get(self.channel, _SEND))

    def refuse(self, field: Field, why: str) -> "Form":
        """Give the form with something wrong at one field."""
        return self.put(field, replace(field, wrong=why))

    def put(self, field: Field, other: Field) -> "Form":
        """Give the form with another field in the place of one."""
        groups = (replace(g, fields=tuple(other if f is field else f for f in g.fields)) for g in self.groups)
        return replace(self, groups=tuple(groups))

    @property
    def given(self) -> dict[str, dict[str, str]]:
        """Give what was typed: category to field to value, nothing that was left empty."""
        typed = {
            group.category: {f.name.partition(".")[2]: f.value for f in group.fields if f.value}
            for group in self.groups
        }
        return {category: fields for category, fields in typed.items() if fields}

    @property
    def accepted(self) -> tuple[str, ...]:
        """Give the purposes that the person ticked yes to."""
        return tuple(box.name.removeprefix(YES) for box in self.boxes if box.ticked and box.name.startswith(YES))

    @property
    def refused(self) -> tuple[Scope, ...]:
        """Give the scopes that the person ticked no to."""
        return tuple(scope_named(b.name.removeprefix(_NO)) for b in self.boxes if b.ticked and b.says_no)


def lay_out(policy: Policy, kind: ChannelKind, data: Mapping[str, str] | None = None) -> Form:
    """Lay out a channel's form, filled in with what was typed; raise CollectionError on undeclared fields."""
    channel = policy.channels[kind]
    stated = [policy.purposes[name] for name in channel.states]
    form = Form(
        kind,
        channel.title,
        tuple(_group(policy.categories[name], stated, data) for name in channel.collects),
        tuple(_boxes(stated, data or {})),
    )
    if data is not None:
        _declared_only(form, data)
    return form


def _group(category: Category, stated: list[Purpose], data: Mapping[str, str] | None) -> Group:
    fields = (declared(category.id, field) for field in category.fields)
    filled = tuple(field if data is None else field.filled(data.get(field.name, "")) for field in fields)
    told = tuple(p.states for p in stated if category.id in p.categories and p.default is not Default.ON_YES)
    return Group(category.id, category.title, filled, tuple(dict.fromkeys(told)))


def _boxes(stated: list[Purpose], data: Mapping[str, str]) -> Iterator[Box]:
    """Give a box for each purpose that waits for a yes, then one for each scope that holds until a no."""
    for purpose in stated:
        if purpose.default is Default.ON_YES:
            name = f"{YES}{purpose.id}"
            yield Box(
                name,
                purpose.box or _("Yes: {title}").format(title=purpose.title),
                _sentence(purpose.states),
                name in data,
            )
    refusable = [purpose for purpose in stated if purpose.default is Default.UNTIL_REFUSED]
    for scope in dict.fromkeys(purpose.scope for purpose in refusable):
        covered = [purpose for purpose in refusable if purpose.scope == scope]
        label = _("No, please: {title}.").format(title=covered[0].title)
        label = _("No marketing mail, please.") if scope == "marketing" else label
        hint = _("Unless you tick it, we use what you give {what}.")
        hint = hint.format(what="; ".join(purpose.states for purpose in covered))
        yield Box(f"{_NO}{scope}", label, hint, f"{_NO}{scope}" in data)


def _sentence(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}."


def _declared_only(form: Form, data: Mapping[str, str]) -> None:
    known = {field.name for field in form.fields} | {box.name for box in form.boxes} | {POT, SEAL}
    unknown = sorted(set(data) - known)
    if unknown:
        raise CollectionError(
            f"the policy declares no field {', '.join(name[:60] for name in unknown[:5])} for this form",
            "nothing was kept; send only the fields that the form shows",
        )
