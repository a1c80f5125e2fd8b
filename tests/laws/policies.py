"""Generate policies: purposes, kinds, defaults, scopes, topics, and clauses that permit and forbid, all valid."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
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
_clauses = st.sampled_from(CLAUSES)


def _some(words: Any, *, least: int = 1) -> st.SearchStrategy[frozenset[Any]]:
    return st.frozensets(st.sampled_from(list(words)), min_size=least, max_size=4)


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


@st.composite
def purposes(draw: st.DrawFn, name: str) -> Purpose:
    """Give a purpose whose kind, scope, default and needs fit."""
    kind = draw(st.none() | st.sampled_from(MessageKind))
    recipients = draw(_some(RecipientClass))
    scope = draw(st.sampled_from(["", *SCOPES]))
    default = draw(st.sampled_from(Default)) if scope else None
    if RecipientClass.OUTSIDE in recipients:
        kind, scope, default = None, "disclosure", Default.ON_YES
    elif kind and kind.marketing:
        scope, default = "marketing", default or Default.UNTIL_REFUSED
    elif kind is MessageKind.POLICY_COURTESY:
        scope, default = "courtesy", Default.ON_YES
    return Purpose(
        id=name,
        title=draw(titles),
        states=draw(titles),
        categories=draw(_some(CATEGORIES)),
        recipients=recipients,
        clause=draw(_clauses),
        kind=kind,
        default=default,
        scope=scope,
        needs=draw(_some(Relation, least=0)) | (NEEDS.get(kind, frozenset()) if kind else frozenset()),
        dpv=draw(st.sampled_from(["", "dpv:DirectMarketing"])),
        box=draw(titles) if default is Default.ON_YES else "",
    )


@st.composite
def _about(draw: st.DrawFn, purpose: Purpose, topics: Mapping[str, Topic]) -> Purpose:
    """Give a purpose of marketing a topic, or none."""
    return replace(purpose, topic=draw(st.sampled_from(["", *topics]))) if purpose.scope == "marketing" else purpose


@st.composite
def drafts(draw: st.DrawFn) -> Policy:
    """Give a policy as its author may think it, without the laws."""
    names = draw(st.lists(st.sampled_from(PURPOSES), min_size=1, unique=True))
    clauses = {name: draw(_clause(name)) for name in CLAUSES}
    topics = {name: Topic(name, draw(titles), draw(_clauses)) for name in draw(_some(TOPICS, least=0))}
    found = {name: draw(_about(draw(purposes(name)), topics)) for name in names}
    processors = draw(_processors())
    return Policy(
        front=draw(_fronts()),
        sections=tuple(_section(name, title, clauses) for name, title in SECTIONS.items()),
        clauses={name: _within(clause, frozenset(names)) for name, clause in clauses.items()},
        categories={name: draw(_category(name)) for name in CATEGORIES},
        purposes=found,
        channels={kind: draw(_channel(kind, names)) for kind in draw(_some(ChannelKind))},
        topics=topics,
        cookies=draw(_cookies(processors)),
        processors=processors,
        rights={name.value: draw(_right(name)) for name in draw(_some(RightName, least=0))},
        exemptions={kind: _exemption(kind, draw(titles), draw(_clauses)) for kind in EXEMPT},
        recipients={kind: draw(titles) for kind in draw(_some(RecipientClass, least=0))},
        changes=draw(st.none() | st.builds(Changes, st.integers(0, 90), _values(DifferentUse), _clauses)),
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


def _values(words: Any) -> st.SearchStrategy[str]:
    return st.sampled_from([word.value for word in words])


@st.composite
def _fronts(draw: st.DrawFn) -> Front:
    day = draw(st.datetimes(datetime(2001, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001 -- Hypothesis adds the zone
    return Front(
        name="generated",
        version=draw(st.sampled_from(["1", "2025-01-01", "v2.1"])),
        effective=day + timedelta(minutes=draw(st.integers(0, 90))),
        timezone=draw(st.sampled_from(["UTC", "Europe/Lisbon"])),
        company=draw(titles),
        postal=draw(titles),
        mailbox="privacy@example.net",
        sites=("example.net", "shop.example.net"),
        language=draw(st.sampled_from(["en", "pt-BR"])),
        follows=draw(st.none() | st.just("0")),
    )


@st.composite
def _clause(draw: st.DrawFn, name: str) -> Clause:
    promises = draw(st.lists(st.sampled_from(Promise), max_size=2, unique=True))
    found = draw(st.lists(rules(name), max_size=3))
    kind = draw(st.sampled_from(ClauseClass))
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
def _category(draw: st.DrawFn, name: str) -> Category:
    fields = draw(st.lists(_fields(), max_size=2, unique_by=lambda one: one.id))
    return Category(name, draw(titles), tuple(fields), draw(st.none() | st.integers(0, 4000)), draw(_clauses))


@st.composite
def _fields(draw: st.DrawFn) -> FormField:
    kind = draw(st.sampled_from(FieldType))
    options = draw(st.lists(titles, min_size=1, max_size=3, unique=True)) if kind is FieldType.CHOICE else []
    hint = draw(st.just("") | titles)
    return FormField(
        draw(st.sampled_from("abc")), draw(titles), kind, draw(st.booleans()), tuple(options), hint, draw(st.booleans())
    )


@st.composite
def _channel(draw: st.DrawFn, kind: ChannelKind, names: list[str]) -> Channel:
    collects = draw(st.lists(st.sampled_from(CATEGORIES), unique=True))
    states = draw(st.lists(st.sampled_from(names), min_size=1, unique=True))
    mailbox = draw(st.sampled_from(("", "support@example.com")))
    return Channel(kind, draw(titles), tuple(collects), tuple(states), draw(_clauses), mailbox)


@st.composite
def _cookies(draw: st.DrawFn, processors: Mapping[str, Processor]) -> dict[str, Cookie]:
    party, lifetime = draw(st.sampled_from(["us", "processor"])), draw(st.integers(0, 10**8))
    processor = draw(st.sampled_from(["", *processors]))
    cookie = Cookie("session_1", draw(titles), party, lifetime, draw(st.booleans()), draw(_clauses), processor)
    return {cookie.name: cookie} if draw(st.booleans()) else {}


@st.composite
def _processors(draw: st.DrawFn) -> dict[str, Processor]:
    since, loads = datetime(2025, 1, draw(st.integers(1, 28)), tzinfo=UTC), st.lists(titles, unique=True).map(tuple)
    until = draw(st.sampled_from([None, since + timedelta(days=90)]))
    loaded = draw(loads), draw(loads), draw(loads)
    processor = Processor("count-1", draw(titles), draw(titles), since, until, *loaded, draw(_clauses))
    return {processor.id: processor} if draw(st.booleans()) else {}


@st.composite
def _right(draw: st.DrawFn, name: RightName) -> Right:
    ways = draw(st.lists(_values(Way), min_size=1, unique=True))
    return Right(name.value, draw(titles), tuple(ways), draw(st.integers(0, 90)), draw(_clauses))


def _exemption(kind: MessageKind, notice: str, clause: str) -> Exemption:
    relation = next(iter(NEEDS[kind] - {Relation.NOTICED}))
    return Exemption(kind, relation, notice, clause)
