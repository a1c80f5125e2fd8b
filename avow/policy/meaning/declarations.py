"""Read what a block declares beside the rules of its clauses: purposes, categories, channels and the like."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from enum import StrEnum

from avow.policy.document import (
    Category,
    Changes,
    Channel,
    Cookie,
    Exemption,
    FormField,
    Processor,
    Purpose,
    Right,
    Topic,
)
from avow.policy.grammar.front import MAILBOX
from avow.policy.grammar.table import Table
from avow.policy.meaning.clauses import SCOPES
from avow.policy.meaning.needs import NEEDS
from avow.terms import ChannelKind, Default, FieldType, MessageKind, RecipientClass, Relation

UNTIL_ASKED = "until asked"
_NEVER = datetime.max.replace(tzinfo=UTC)
_RELATIONS = {relation.name.lower().replace("_", "-"): relation for relation in Relation}


class Way(StrEnum):
    """How a person reaches a right."""

    PAGE = "page"
    LETTER = "letter"
    LINK = "link"
    POST = "post"


class RightName(StrEnum):
    """What a person may ask for; the list is closed."""

    OPTOUT = "opt-out"
    EXPLANATION = "explanation"
    ACCESS = "access"
    CORRECTION = "correction"
    ERASURE = "erasure"
    RESTRICTION = "restriction"
    PORTABILITY = "portability"
    OBJECTION = "objection"
    WITHDRAWAL = "withdrawal"
    COMPLAINT = "complaint"
    COMMENT = "comment"


class DifferentUse(StrEnum):
    """What becomes of stored data when a version wants to use it differently."""

    ASK = "ask"
    NEVER = "never"


class Party(StrEnum):
    """Who sets a cookie."""

    US = "us"
    PROCESSOR = "processor"


def category(table: Table) -> Category:
    """Read `[category.id]`."""
    return Category(table.path[-1], table.text("title", required=True), _fields(table), _retention(table), table.clause)


def _retention(table: Table) -> int | None:
    if table.values.get("retention") == UNTIL_ASKED:
        table.taken.add("retention")
        return None
    return table.days("retention", required=True)


def _fields(table: Table) -> tuple[FormField, ...]:
    given = table.take("fields", list, [], '[{ id = "...", label = "...", type = "text" }]')
    path = (*table.path, "fields")
    fields = tuple(_field(Table(table.block, path, part, table.faults, table.clause)) for part in given)
    for name in sorted({one.id for one in fields if sum(one.id == other.id for other in fields) > 1}):
        table.fault(f"two fields of {table.name} have the id {name!r}", "fields", "give one another id")
    return fields


def _field(table: Table) -> FormField:
    kind = table.word("type", FieldType, required=True)
    options = table.texts("options", required=kind is FieldType.CHOICE)
    if options and kind is not FieldType.CHOICE:
        table.fault("only a field of type 'choice' has options", hint='leave options out, or write type = "choice"')
    found = FormField(
        id=table.text("id", required=True),
        label=table.text("label", required=True),
        type=kind or FieldType.TEXT,
        required=table.truth("required"),
        options=options,
        hint=table.text("hint"),
        lookup=table.truth("lookup"),
    )
    table.close()
    return found


def channel(table: Table) -> Channel:
    """Read `[channel.kind]`."""
    kind = table.known("channel", table.path[-1:], {word.value: word for word in ChannelKind}.get, ChannelKind)
    return Channel(
        kind=kind[0] if kind else ChannelKind.REGISTRATION,
        title=table.text("title", required=True),
        collects=table.texts("collects"),
        states=table.texts("states", required=True),
        clause=table.clause,
        mailbox=_mailbox(table),
    )


def _mailbox(table: Table) -> str:
    value = table.text("mailbox")
    if value and not MAILBOX.fullmatch(value):
        table.fault(f"'mailbox' cannot be {value!r}", "mailbox", "write an address such as support@example.com")
    return value


def purpose(table: Table) -> Purpose:
    """Read `[purpose.id]`; the relations that its kind needs are added to those that it names."""
    kind, default = table.word("kind", MessageKind), table.word("default", Default)
    needs = table.known("needs", table.texts("needs"), _RELATIONS.get, _RELATIONS)
    scope = table.known(
        "scope", (table.text("scope"),) if table.text("scope") else (), {s: s for s in SCOPES}.get, SCOPES
    )
    return Purpose(
        id=table.path[-1],
        title=table.text("title", required=True),
        states=table.text("states", required=True),
        categories=frozenset(table.texts("categories", required=True)),
        recipients=frozenset(table.words("recipients", RecipientClass)) or frozenset({RecipientClass.COMPANY}),
        clause=table.clause,
        kind=kind,
        default=default,
        scope=scope[0] if scope else "",
        needs=frozenset(needs) | (NEEDS.get(kind, frozenset()) if kind else frozenset()),
        dpv=table.text("dpv"),
        box=table.text("box"),
        topic=table.text("topic"),
        retention=table.days("retention") or None,
    )


def topic(table: Table) -> Topic:
    """Read `[topic.id]`."""
    return Topic(table.path[-1], table.text("title", required=True), table.clause)


def recipient(table: Table) -> tuple[RecipientClass, str]:
    """Read `[recipient.class]`: who stands behind a class of recipients, in words."""
    kind = table.known("recipient", table.path[-1:], {word.value: word for word in RecipientClass}.get, RecipientClass)
    return kind[0] if kind else RecipientClass.COMPANY, table.text("title", required=True)


def cookie(table: Table) -> Cookie:
    """Read `[cookie.name]`; its lifetime is in seconds, 0 ends with the browser's session."""
    party = table.word("party", Party, required=True)
    return Cookie(
        name=table.path[-1],
        title=table.text("title", required=True),
        party=(party or Party.US).value,
        lifetime=table.days("lifetime", required=True),
        necessary=table.truth("necessary"),
        clause=table.clause,
        processor=table.text("processor"),
    )


def processor(table: Table) -> Processor:
    """Read `[processor.id]`; without an agreement there is none, and without an end it lasts."""
    since = table.instant("since")
    return Processor(
        id=table.path[-1],
        title=table.text("title", required=True),
        agreement=table.text("agreement", required=True),
        since=since or _NEVER,
        until=table.instant("until") if "until" in table.values else None,
        scripts=table.texts("scripts"),
        images=table.texts("images"),
        sends=table.texts("sends"),
        clause=table.clause,
    )


def right(table: Table) -> Right:
    """Read `[right.id]`; it is answered within so many days, 0 is at once."""
    table.known("right", table.path[-1:], {word.value: word for word in RightName}.get, RightName)
    return Right(
        id=table.path[-1],
        title=table.text("title", required=True),
        ways=tuple(way.value for way in table.words("ways", Way, required=True)),
        days=table.days("days", required=True),
        clause=table.clause,
    )


def exemption(table: Table) -> Exemption:
    """Read `[exemption."exempt.kind"]`."""
    kinds = {kind.value: kind for kind in MessageKind if kind.value.startswith("exempt.")}
    kind = table.known("exemption", table.path[-1:], kinds.get, kinds)
    given = table.text("relation", required=True)
    relation = table.known("relation", (given,) if given else (), _RELATIONS.get, _RELATIONS)
    found = Exemption(
        kind=kind[0] if kind else MessageKind.EXEMPT_SECURITY,
        relation=relation[0] if relation else Relation.OWNS,
        notice=table.text("notice", required=True),
        clause=table.clause,
    )
    if kind and relation and relation[0] not in NEEDS[found.kind]:
        needed = ", ".join(
            sorted(name for name, one in _RELATIONS.items() if one in NEEDS[found.kind] - {Relation.NOTICED})
        )
        table.fault(f"{found.kind.value} cannot rest on {given!r}", "relation", f"write relation = {needed!r}")
    return found


def changes(table: Table) -> Changes:
    """Read `[changes]`."""
    asked = table.word("different_use", DifferentUse, required=True)
    return Changes(table.days("notice_days", required=True), (asked or DifferentUse.ASK).value, table.clause)


READERS: Mapping[str, Callable[[Table], object]] = {
    "category": category,
    "channel": channel,
    "purpose": purpose,
    "topic": topic,
    "recipient": recipient,
    "cookie": cookie,
    "processor": processor,
    "right": right,
    "exemption": exemption,
}
"""How each kind of named declaration is read; `[changes]` has no name, `[clause]` binds a sentence."""
