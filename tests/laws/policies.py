"""Generate policies: purposes, kinds, defaults, scopes, topics, and clauses that permit and forbid, all valid."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from hypothesis import strategies as st

from avow.policy.document import (
    Category,
    Changes,
    Channel,
    Clause,
    Cookie,
    Exemption,
    FormField,
    Front,
    Policy,
    Processor,
    Purpose,
    Right,
    Rule,
    Section,
    Topic,
)
from avow.policy.meaning.clauses import RULE_SCOPES, SCOPES, WHEN
from avow.policy.meaning.declarations import DifferentUse, RightName, Way
from avow.policy.meaning.needs import NEEDS
from avow.policy.reader import read_text
from avow.policy.shown.write import write
from avow.terms import (
    ChannelKind,
    ClauseClass,
    Default,
    FieldType,
    MessageKind,
    Promise,
    RecipientClass,
    Relation,
)

CATEGORIES = ("contact", "profile", "order")
PURPOSES = ("first", "second", "third-one", "fourth", "fifth")
TOPICS = ("tides", "lamps")
CLAUSES = ("opening.we", "uses.one", "uses.two", "uses.three-four", "refusal.no")
SECTIONS = {"opening": "Our promise", "uses": "What we *do*", "refusal": "Saying no"}
EXEMPT = tuple(kind for kind in MessageKind if kind.value.startswith("exempt."))

titles = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), min_size=1, max_size=12).filter(str.strip)
"""Any words at all: quotes, emoji, control characters, right to left."""
plain = st.sampled_from(["Tides", "Lamps and buoys"])
"""Few words, for whom words do not matter: what is drawn decides then how versions differ in what they permit."""
Words = st.SearchStrategy[str]
_clauses = st.sampled_from(CLAUSES)
_kinds = st.sampled_from(MessageKind)
_defaults, _scopes, _dpv = (
    st.sampled_from(Default),
    st.sampled_from(["", *SCOPES]),
    st.sampled_from(["", "dpv:DirectMarketing"]),
)
_names = st.lists(st.sampled_from(PURPOSES), min_size=1, unique=True)
_promises = st.lists(st.sampled_from(Promise), max_size=2, unique=True)
_classes = st.sampled_from(ClauseClass)
_collects = st.lists(st.sampled_from(CATEGORIES), unique=True)
_either = st.booleans()
_days, _kept = st.integers(0, 90), st.none() | st.integers(0, 4000)


@cache
def _some(words: Any, *, least: int = 1) -> st.SearchStrategy[frozenset[Any]]:
    return st.frozensets(st.sampled_from(list(words)), min_size=least, max_size=4)


@cache
def rules(clause: str) -> st.SearchStrategy[Rule]:
    """Give rules of a clause: permits without a condition, forbids with or without one."""
    when = st.none() | st.sampled_from(WHEN)
    return st.builds(
        Rule,
        clause=st.just(clause),
        permit=st.booleans(),
        purposes=st.none() | _some(PURPOSES),
        recipients=st.none() | _some(RecipientClass),
        categories=st.none() | _some(CATEGORIES),
        kinds=st.none() | _some(MessageKind),
        scope=st.none() | st.sampled_from(RULE_SCOPES),
        when=when,
    ).filter(_sound)


def _sound(rule: Rule) -> bool:
    says = any(getattr(rule, key) for key in ("purposes", "recipients", "categories", "kinds", "scope", "when"))
    return says and not (rule.permit and rule.when) and not (rule.when == "refused" and rule.scope is None)


@cache
def _rules(clause: str) -> st.SearchStrategy[list[Rule]]:
    return st.lists(rules(clause), max_size=3)


@st.composite
def purposes(draw: st.DrawFn, name: str, words: Words = titles) -> Purpose:
    """Give a purpose whose kind, scope, default and needs fit."""
    kind = draw(_kinds) if draw(_either) else None
    recipients = draw(_some(RecipientClass))
    scope = draw(_scopes)
    default = draw(_defaults) if scope else None
    if RecipientClass.OUTSIDE in recipients:
        kind, scope, default = None, "disclosure", Default.ON_YES
    elif kind and kind.marketing:
        scope, default = "marketing", default or Default.UNTIL_REFUSED
    elif kind is MessageKind.POLICY_COURTESY:
        scope, default = "courtesy", Default.ON_YES
    return Purpose(
        id=name,
        title=draw(words),
        states=draw(words),
        categories=draw(_some(CATEGORIES)),
        recipients=recipients,
        clause=draw(_clauses),
        kind=kind,
        default=default,
        scope=scope,
        needs=draw(_some(Relation, least=0)) | (NEEDS.get(kind, frozenset()) if kind else frozenset()),
        dpv=draw(_dpv),
        box=draw(words) if default is Default.ON_YES else "",
        retention=draw(st.sampled_from([None, 400, 730])) if default is Default.ON_YES else None,
    )


def _about(draw: st.DrawFn, purpose: Purpose, topics: Mapping[str, Topic]) -> Purpose:
    """Give a purpose of marketing a topic, or none."""
    return replace(purpose, topic=draw(st.sampled_from(["", *topics]))) if purpose.scope == "marketing" else purpose


@st.composite
def drafts(draw: st.DrawFn, words: Words = titles) -> Policy:
    """Give a policy as its author may think it, without the laws."""
    names = draw(_names)
    clauses = {name: draw(_clause(name)) for name in CLAUSES}
    topics = {name: Topic(name, draw(words), draw(_clauses)) for name in draw(_some(TOPICS, least=0))}
    found = {name: _about(draw, draw(purposes(name, words)), topics) for name in names}
    processors = draw(_processors(words))
    return Policy(
        front=draw(_fronts(words)),
        sections=tuple(_section(name, title, clauses) for name, title in SECTIONS.items()),
        clauses={name: _within(clause, frozenset(names)) for name, clause in clauses.items()},
        categories={name: draw(_category(name, words)) for name in CATEGORIES},
        purposes=found,
        channels={kind: draw(_channel(kind, names, words)) for kind in draw(_some(ChannelKind))},
        topics=topics,
        cookies=draw(_cookies(processors, words)),
        processors=processors,
        rights={name.value: draw(_right(name, words)) for name in draw(_some(RightName, least=0))},
        exemptions={kind: _exemption(kind, draw(words), draw(_clauses)) for kind in EXEMPT},
        recipients={kind: draw(words) for kind in draw(_some(RecipientClass, least=0))},
        changes=draw(_changes),
    )


def policies() -> st.SearchStrategy[Policy]:
    """Give policies as the reader reads them, with the laws."""
    return drafts().map(lambda draft: read_text(write(draft)))


def texts() -> st.SearchStrategy[str]:
    """Give texts of policies as people type them: other line ends, comments, blocks apart, spare empty lines."""
    spoils = st.tuples(st.sampled_from(["\n", "\r\n"]), st.booleans(), st.booleans())
    return st.builds(_roughen, drafts().map(write), spoils)


def _roughen(text: str, spoils: tuple[str, bool, bool]) -> str:
    ends, commented, apart = spoils
    text = text.replace("~~~avow\n", "~~~avow\n# for the reader\n\n") if commented else text
    text = text.replace("\n\n##", "\n\n\n\n##") if apart else text
    return text.replace("\n", ends)


@cache
def _values(words: Any) -> st.SearchStrategy[str]:
    return st.sampled_from([word.value for word in words])


_changes = st.none() | st.builds(Changes, _days, _values(DifferentUse), _clauses)
_instants = st.datetimes(datetime(2001, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 -- Hypothesis adds the zone
_versions, _zones = st.sampled_from(["1", "2025-01-01", "v2.1"]), st.sampled_from(["UTC", "Europe/Lisbon"])
_languages, _follows = st.sampled_from(["en", "pt-BR"]), st.none() | st.just("0")


@st.composite
def _fronts(draw: st.DrawFn, words: Words) -> Front:
    day = draw(_instants)
    return Front(
        name="generated",
        version=draw(_versions),
        effective=day + timedelta(minutes=draw(_days)),
        timezone=draw(_zones),
        company=draw(words),
        postal=draw(words),
        mailbox="privacy@example.net",
        sites=("example.net", "shop.example.net"),
        language=draw(_languages),
        follows=draw(_follows),
    )


@st.composite
def _clause(draw: st.DrawFn, name: str) -> Clause:
    promises = draw(_promises)
    found = draw(_rules(name))
    kind = draw(_classes)
    ordered = [rule for rule in found if rule.permit] + [rule for rule in found if not rule.permit]
    words = f"We mean {name}."
    return Clause(name, words, name.partition(".")[0], 0, kind, tuple(promises), tuple(ordered))


def _within(clause: Clause, names: frozenset[str]) -> Clause:
    """Leave to a clause's rules only the purposes that there are."""
    kept = tuple(rule for rule in clause.rules if rule.purposes is None or rule.purposes <= names)
    return Clause(clause.id, clause.text, clause.section, 0, clause.kind, clause.promises, kept)


def _section(name: str, title: str, clauses: dict[str, Clause]) -> Section:
    ids = tuple(clause.id for clause in clauses.values() if clause.section == name)
    marked = [f"{clauses[id_].text} {{#{id_}}}" for id_ in ids]
    return Section(name, title, "\n\n".join([" ".join(marked[:2]), *marked[2:]]), ids)


@st.composite
def _category(draw: st.DrawFn, name: str, words: Words) -> Category:
    return Category(name, draw(words), tuple(draw(_several(words))), draw(_kept), draw(_clauses))


@cache
def _several(words: Words) -> st.SearchStrategy[list[FormField]]:
    return st.lists(_fields(words), max_size=2, unique_by=lambda one: one.id)


@cache
def _options(words: Words) -> st.SearchStrategy[list[str]]:
    return st.lists(words, min_size=1, max_size=3, unique=True)


_types, _ids = st.sampled_from(FieldType), st.sampled_from("abc")


@st.composite
def _fields(draw: st.DrawFn, words: Words) -> FormField:
    kind = draw(_types)
    options = draw(_options(words)) if kind is FieldType.CHOICE else []
    hint = draw(words) if draw(_either) else ""
    return FormField(draw(_ids), draw(words), kind, draw(_either), tuple(options), hint, draw(_either))


@cache
def _stated(names: tuple[str, ...]) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(names), min_size=1, unique=True)


@st.composite
def _channel(draw: st.DrawFn, kind: ChannelKind, names: list[str], words: Words) -> Channel:
    collects, states = draw(_collects), draw(_stated(tuple(names)))
    return Channel(kind, draw(words), tuple(collects), tuple(states), draw(_clauses), draw(_mailboxes))


_mailboxes = st.sampled_from(["", "support@example.com"])
_parties, _lifetimes, _month = st.sampled_from(["us", "processor"]), st.integers(0, 10**8), st.integers(1, 28)
_ways = st.lists(_values(Way), min_size=1, unique=True)


@st.composite
def _cookies(draw: st.DrawFn, processors: Mapping[str, Processor], words: Words) -> dict[str, Cookie]:
    party, lifetime = draw(_parties), draw(_lifetimes)
    processor = draw(st.sampled_from(["", *processors]))
    cookie = Cookie("session_1", draw(words), party, lifetime, draw(_either), draw(_clauses), processor)
    return {cookie.name: cookie} if draw(_either) else {}


@cache
def _loads(words: Words) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(words, unique=True).map(tuple)


@st.composite
def _processors(draw: st.DrawFn, words: Words) -> dict[str, Processor]:
    since, loads = datetime(2025, 1, draw(_month), tzinfo=UTC), _loads(words)
    until = since + timedelta(days=90) if draw(_either) else None
    loaded = draw(loads), draw(loads), draw(loads)
    processor = Processor("count-1", draw(words), draw(words), since, until, *loaded, draw(_clauses))
    return {processor.id: processor} if draw(_either) else {}


@st.composite
def _right(draw: st.DrawFn, name: RightName, words: Words) -> Right:
    return Right(name.value, draw(words), tuple(draw(_ways)), draw(_days), draw(_clauses))


def _exemption(kind: MessageKind, notice: str, clause: str) -> Exemption:
    relation = next(iter(NEEDS[kind] - {Relation.NOTICED}))
    return Exemption(kind, relation, notice, clause)
