"""Hold a policy version as it was read: prose, clauses, rules and declarations, all frozen."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from avow.terms import ChannelKind, ClauseClass, Default, FieldType, MessageKind, Promise, RecipientClass, Relation


@dataclass(frozen=True, slots=True)
class Front:
    """The front matter of a version: who promises, where, and from when (an instant with offset).

    `same_meaning` are the clauses of which the author says that they say in other words what they said before.
    """

    name: str
    version: str
    effective: datetime
    timezone: str
    company: str
    postal: str
    mailbox: str
    sites: tuple[str, ...]
    language: str
    follows: str | None = None
    same_meaning: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rule:
    """One permit or forbid of a clause.

    A selector that is None covers everything; a rule covers a use that every selector covers. `categories`
    of a permit hold all that is used, those of a forbid hold any of it. `scope` covers the purposes that lie
    in that scope ("optional" holds every optional purpose, "topic" every use under a topic). `when` says when
    a forbid bites; None is always: "refused" when that scope is refused, "unstated" when no bit of the use
    was stated or accepted, a condition ("bounced", "unverified", "held", "suspended", "deceased",
    "contested") when it is set, "no-" and a relation when that is not on file. A permit always needs the use
    to be stated or accepted, so its `when` is None. The clauses `law.*` come with every policy.
    """

    clause: str
    permit: bool
    purposes: frozenset[str] | None = None
    recipients: frozenset[RecipientClass] | None = None
    categories: frozenset[str] | None = None
    kinds: frozenset[MessageKind] | None = None
    scope: str | None = None
    when: str | None = None


@dataclass(frozen=True, slots=True)
class Clause:
    """A sentence with effect: its stable id, its words, its place, its promises, its rules."""

    id: str
    text: str
    section: str
    line: int = field(compare=False)
    kind: ClauseClass
    promises: tuple[Promise, ...] = ()
    rules: tuple[Rule, ...] = ()


@dataclass(frozen=True, slots=True)
class FormField:
    """One field that a category holds: its id, label and type; `lookup` says that staff may look people up by it."""

    id: str
    label: str
    type: FieldType
    required: bool = False
    options: tuple[str, ...] = ()
    hint: str = ""
    lookup: bool = False


@dataclass(frozen=True, slots=True)
class Category:
    """A kind of data: its fields, and how long it is kept (days; None is until asked)."""

    id: str
    title: str
    fields: tuple[FormField, ...]
    retention: int | None
    clause: str


@dataclass(frozen=True, slots=True)
class Purpose:
    """Why data is used: over which categories, towards whom, by which kind of message, in which scope.

    `default` is None where the purpose is not optional. `scope` is "" or a name of
    terms.Scope in lower case ("marketing", "optional", "disclosure", ...).
    `states` is the sentence shown at the field that collects for this purpose; `topic` is what its messages are about.
    `retention` is for how many days that is kept which a person said yes for, where its category ends earlier.
    """

    id: str
    title: str
    states: str
    categories: frozenset[str]
    recipients: frozenset[RecipientClass]
    clause: str
    kind: MessageKind | None = None
    default: Default | None = None
    scope: str = ""
    needs: frozenset[Relation] = frozenset()
    dpv: str = ""
    box: str = ""
    topic: str = ""
    retention: int | None = None

    @property
    def joined_only(self) -> bool:
        """Say whether its list reaches only who joined it."""
        return self.kind is MessageKind.NEWSLETTER or Relation.JOINED in self.needs


@dataclass(frozen=True, slots=True)
class Channel:
    """A way in: which categories it collects, which purposes it states (ids), and its own mailbox ("" for none)."""

    kind: ChannelKind
    title: str
    collects: tuple[str, ...]
    states: tuple[str, ...]
    clause: str
    mailbox: str = ""


@dataclass(frozen=True, slots=True)
class Topic:
    """A scope between a list and all marketing."""

    id: str
    title: str
    clause: str


@dataclass(frozen=True, slots=True)
class Cookie:
    """A declared cookie: setter, what it is for, how long it lives (seconds; 0 is the session).

    `processor` is the id of the one that sets it, "" where we do.
    """

    name: str
    title: str
    party: str
    lifetime: int
    necessary: bool
    clause: str
    processor: str = ""


@dataclass(frozen=True, slots=True)
class Processor:
    """Another company that does something on our pages for us: under which agreement, from when until when.

    `scripts` and `images` are the addresses of what a page loads from it, `sends` those that its script may send to.
    """

    id: str
    title: str
    agreement: str
    since: datetime
    until: datetime | None
    scripts: tuple[str, ...]
    images: tuple[str, ...]
    sends: tuple[str, ...]
    clause: str

    def bound(self, at: datetime) -> bool:
        """Say whether its agreement is in force at an instant."""
        return self.since <= at and (self.until is None or at < self.until)


@dataclass(frozen=True, slots=True)
class Right:
    """What a person may ask for, by which ways, answered within how many days."""

    id: str
    title: str
    ways: tuple[str, ...]
    days: int
    clause: str


@dataclass(frozen=True, slots=True)
class Exemption:
    """A kind of message that a refusal does not stop: the relation it needs and the notice given before."""

    kind: MessageKind
    relation: Relation
    notice: str
    clause: str


@dataclass(frozen=True, slots=True)
class Changes:
    """How changes of the policy are handled: days a notice stands before, how a different use is asked."""

    notice_days: int
    different_use: str
    clause: str


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with its anchor and the prose under it, as Markdown without rules."""

    id: str
    title: str
    prose: str
    clauses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Policy:
    """One version of a policy: the whole file, read and checked for form.

    `translations` hold the same version in other words, by language; nothing that has effect differs in them.
    """

    front: Front
    sections: tuple[Section, ...]
    clauses: Mapping[str, Clause]
    categories: Mapping[str, Category]
    purposes: Mapping[str, Purpose]
    channels: Mapping[ChannelKind, Channel]
    topics: Mapping[str, Topic]
    cookies: Mapping[str, Cookie]
    rights: Mapping[str, Right]
    exemptions: Mapping[MessageKind, Exemption]
    recipients: Mapping[RecipientClass, str]
    changes: Changes | None
    processors: Mapping[str, Processor] = field(default_factory=dict)
    translations: Mapping[str, "Policy"] = field(repr=False, compare=False, default_factory=dict)
    source: str = field(repr=False, compare=False, default="")
    path: str = field(compare=False, default="")

    def told(self, language: str) -> "Policy":
        """Give the version in the words of a language, or in its own where it is not translated into that."""
        return self.translations.get(language, self)

    @property
    def rules(self) -> tuple[Rule, ...]:
        """Give every rule of every clause, in the order of the file."""
        return tuple(rule for clause in self.clauses.values() for rule in clause.rules)
