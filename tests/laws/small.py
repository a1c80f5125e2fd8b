"""Build small policies by hand, for laws and units that need no file."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime

from avow.policy.document import Category, Channel, Clause, Front, Policy, Purpose, Rule, Topic
from avow.policy.history import History, number
from avow.terms import ChannelKind, ClauseClass, Default, MessageKind, RecipientClass, Relation

FRONT = Front(
    name="small",
    version="2025-01-01",
    effective=datetime(2025, 1, 1, tzinfo=UTC),
    timezone="UTC",
    company="Lantern Post, Ltd.",
    postal="1 Quay, Port Example",
    mailbox="privacy@example.org",
    sites=("www.example.org",),
    language="en",
)
EVERY = frozenset(RecipientClass)
OURS = frozenset({RecipientClass.COMPANY, RecipientClass.PROCESSOR})
CATEGORIES = tuple(Category(name, name.title(), (), None, f"kept.{name}") for name in ("contact", "profile", "order"))
CONTACTS = frozenset({"contact", "profile"})
PURPOSES = (
    Purpose(
        "newsletter",
        "The newsletter",
        "We write you the letter.",
        CONTACTS,
        OURS,
        "uses.newsletter",
        MessageKind.NEWSLETTER,
        Default.ON_YES,
        "marketing",
        frozenset({Relation.JOINED}),
    ),
    Purpose(
        "offers",
        "Offers",
        "We write you offers.",
        CONTACTS,
        OURS,
        "uses.offers",
        MessageKind.MARKETING_OFFER,
        Default.UNTIL_REFUSED,
    ),
    Purpose(
        "orders",
        "Orders",
        "We send what you order.",
        frozenset({"contact", "order"}),
        OURS,
        "uses.orders",
        MessageKind.ORDER,
    ),
    Purpose(
        "patches",
        "Security patches",
        "We write of flaws.",
        frozenset({"contact"}),
        frozenset({RecipientClass.COMPANY}),
        "uses.patches",
        MessageKind.EXEMPT_SECURITY,
    ),
    Purpose(
        "insight",
        "Insight",
        "We count kinds.",
        frozenset({"profile", "order"}),
        OURS,
        "uses.insight",
        None,
        None,
        "insight",
    ),
    Purpose(
        "partners",
        "Partners",
        "We give it to partners.",
        CONTACTS,
        frozenset({RecipientClass.OUTSIDE}),
        "uses.partners",
        None,
        Default.ON_YES,
        "disclosure",
    ),
    Purpose("improvement", "Better service", "We learn.", CONTACTS, OURS, "uses.improvement", None, Default.ON_YES),
)
RULES = (
    *(Rule(purpose.clause, permit=True, purposes=frozenset({purpose.id})) for purpose in PURPOSES),
    Rule("uses.all", permit=True, recipients=OURS, categories=CONTACTS, kinds=frozenset({MessageKind.NEWSLETTER})),
    Rule("uses.only", permit=False, when="unstated"),
    Rule("optout.marketing", permit=False, scope="marketing", when="refused"),
    Rule("optout.topic", permit=False, scope="topic", when="refused"),
    Rule("optout.optional", permit=False, scope="optional", when="refused"),
    Rule("optout.insight", permit=False, scope="insight", when="refused"),
    Rule("outside.never", permit=False, recipients=frozenset({RecipientClass.AUTHORITY})),
    Rule("outside.consent", permit=False, recipients=frozenset({RecipientClass.OUTSIDE}), when="no-consented"),
    Rule("outside.refused", permit=False, scope="disclosure", when="refused"),
    Rule("letter.joined", permit=False, purposes=frozenset({"newsletter"}), when="no-joined"),
    Rule("patches.owned", permit=False, kinds=frozenset({MessageKind.EXEMPT_SECURITY}), when="no-owns"),
    Rule("orders.contested", permit=False, categories=frozenset({"order"}), when="contested"),
    Rule("kept.held", permit=False, when="held"),
    Rule("kept.held", permit=False, scope="marketing", when="bounced"),
)


def make(
    rules: Iterable[Rule] = RULES, *, purposes: Iterable[Purpose] = PURPOSES, topics: Iterable[str] = ("tides",)
) -> Policy:
    """Make a policy of these rules; the words of a clause are its id in a sentence."""
    by_clause: dict[str, tuple[Rule, ...]] = {}
    for rule in rules:
        by_clause[rule.clause] = (*by_clause.get(rule.clause, ()), rule)
    kind = ClauseClass.ENFORCED
    stated = tuple(purposes)
    return Policy(
        front=FRONT,
        sections=(),
        clauses={id_: Clause(id_, f"We keep {id_}.", "all", 1, kind, (), found) for id_, found in by_clause.items()},
        categories={category.id: category for category in CATEGORIES},
        purposes={purpose.id: purpose for purpose in stated},
        channels={
            ChannelKind.REGISTRATION: Channel(
                ChannelKind.REGISTRATION,
                "Registration",
                ("contact", "profile"),
                tuple(purpose.id for purpose in stated if CONTACTS & purpose.categories),
                "collect.registration",
            )
        },
        topics={name: Topic(name, name.title(), f"topic.{name}") for name in topics},
        cookies={},
        rights={},
        exemptions={},
        recipients={recipient: recipient.value for recipient in RecipientClass},
        changes=None,
    )


def with_rules(policy: Policy, rules: Iterable[Rule]) -> Policy:
    """Give the policy with these rules instead of its own; a clause it does not know gets a sentence."""
    return replace(policy, clauses=make(rules).clauses)


def small(rules: Iterable[Rule] = RULES) -> tuple[History, Policy]:
    """Give a history of one small version, and that version."""
    policy = make(rules)
    return number([policy]), policy
