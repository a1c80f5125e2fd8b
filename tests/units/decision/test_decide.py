"""Test the reference, one word of a rule after the other."""

from dataclasses import replace
from typing import Any

import pytest

from avow.decision.decide import decide, scopes
from avow.decision.decision import Decision, Outcome
from avow.decision.facts import CONDITIONS, LACKS, SCOPES, Facts
from avow.decision.request import Request
from avow.policy.document import Rule
from avow.policy.history import number
from avow.terms import MessageKind, RecipientClass, Relation, Scope
from tests.laws.small import EVERY, FRONT, PURPOSES, make

CONTACT = frozenset({"contact"})
OFFERS = Request("offers", CONTACT)
PERMIT = Rule("yes", permit=True)
ALL = (1 << 256) - 1
TOLD = Facts(stated=ALL, relations=0xFFFF)


def said(*rules: Rule, request: Request = OFFERS, facts: Facts = TOLD) -> Decision:
    """Decide by these rules alone."""
    policy = make(rules)
    return decide(number([policy]), policy, request, facts)


ALLOW = Decision(Outcome.ALLOW, frozenset({"yes"}))
DEFAULT = Decision(Outcome.DENY, frozenset())
NO = Decision(Outcome.DENY, frozenset({"no"}))


def test_a_permit_allows_what_was_stated_or_accepted() -> None:
    """Either mask is enough; neither is a deny by default."""
    policy = make([PERMIT])
    history = number([policy])
    use = history.use_word(policy, "offers", RecipientClass.COMPANY, CONTACT)
    assert decide(history, policy, OFFERS, Facts(stated=use)) == ALLOW
    assert decide(history, policy, OFFERS, Facts(accepted=use)) == ALLOW
    assert decide(history, policy, OFFERS, Facts()) == DEFAULT
    assert decide(history, policy, OFFERS, Facts(stated=ALL & ~use, accepted=ALL & ~use)) == DEFAULT


def test_every_permit_that_covers_is_named() -> None:
    """An allow names all its clauses."""
    assert said(PERMIT, replace(PERMIT, clause="also")).because == {"yes", "also"}


@pytest.mark.parametrize(
    ("covers", "misses"),
    [
        ({"purposes": frozenset({"offers", "orders"})}, {"purposes": frozenset({"orders"})}),
        ({"recipients": EVERY}, {"recipients": frozenset({RecipientClass.OUTSIDE})}),
        ({"categories": frozenset({"contact", "order"})}, {"categories": frozenset({"order"})}),
        ({"kinds": frozenset({MessageKind.MARKETING_OFFER})}, {"kinds": frozenset({MessageKind.ORDER})}),
        ({"scope": "marketing"}, {"scope": "insight"}),
        ({"scope": "optional"}, {"scope": "topic"}),
    ],
)
def test_each_selector_selects(covers: dict[str, Any], misses: dict[str, Any]) -> None:
    """A rule speaks of a use that every selector covers."""
    assert said(replace(PERMIT, **covers)) == ALLOW
    assert said(replace(PERMIT, **misses)) == DEFAULT
    assert said(PERMIT, Rule("no", permit=False, **covers)) == NO
    assert said(PERMIT, Rule("no", permit=False, **misses)) == ALLOW


def test_a_permit_covers_all_categories_and_a_forbid_any() -> None:
    """Over two kinds of data, a permit of one is none, and a forbid of one is enough."""
    both = Request("offers", frozenset({"contact", "profile"}))
    assert said(PERMIT, request=both) == ALLOW
    assert said(replace(PERMIT, categories=CONTACT), request=both) == DEFAULT
    assert said(PERMIT, Rule("no", permit=False, categories=CONTACT), request=both) == NO


@pytest.mark.parametrize("name", SCOPES)
def test_a_refused_scope_forbids(name: str) -> None:
    """A refusal bites in its scope, and there alone."""
    purpose = replace(PURPOSES[1], kind=None, scope=name)
    policy = make([PERMIT, Rule("no", permit=False, scope=name, when="refused")], purposes=[purpose])
    history = number([policy])
    assert decide(history, policy, OFFERS, replace(TOLD, refused=SCOPES[name].mask)) == NO
    assert decide(history, policy, OFFERS, replace(TOLD, refused=ALL & ~SCOPES[name].mask)) == ALLOW


def test_a_refused_topic_forbids() -> None:
    """The topic of the request bites, another does not, and none is not asked."""
    policy = make([PERMIT, Rule("no", permit=False, scope="topic", when="refused")], topics=["tides", "lamps"])
    history = number([policy])
    refusing = replace(TOLD, refused=history.topic_mask("tides"))
    assert decide(history, policy, replace(OFFERS, topic="tides"), refusing) == NO
    assert decide(history, policy, replace(OFFERS, topic="lamps"), refusing) == ALLOW
    assert decide(history, policy, OFFERS, refusing) == ALLOW


@pytest.mark.parametrize("word", CONDITIONS)
def test_a_condition_forbids(word: str) -> None:
    """A condition bites where it is set."""
    forbid = Rule("no", permit=False, when=word)
    assert said(PERMIT, forbid, facts=replace(TOLD, refused=CONDITIONS[word].mask)) == NO
    assert said(PERMIT, forbid, facts=replace(TOLD, refused=ALL & ~CONDITIONS[word].mask)) == ALLOW


@pytest.mark.parametrize("word", LACKS)
def test_a_lacking_relation_forbids(word: str) -> None:
    """A relation that is not on file bites, the first of them (bit 0) too."""
    forbid = Rule("no", permit=False, when=word)
    assert said(PERMIT, forbid, facts=replace(TOLD, relations=0xFFFF & ~LACKS[word].mask)) == NO
    assert said(PERMIT, forbid, facts=replace(TOLD, relations=LACKS[word].mask)) == ALLOW


def test_unstated_is_named() -> None:
    """Where nobody was told, the clause that promises so is the reason."""
    forbid = Rule("no", permit=False, when="unstated")
    assert said(PERMIT, forbid, facts=Facts()) == NO
    assert said(PERMIT, forbid) == ALLOW


@pytest.mark.parametrize(
    "forbid",
    [
        Rule("no", permit=False),
        Rule("no", permit=False, when="refusd"),
        Rule("no", permit=False, when="refused"),
        Rule("no", permit=False, when="no-joy"),
        Rule("no", permit=False, scope="markting"),
        Rule("no", permit=False, scope="markting", when="refused"),
        Rule("no", permit=False, scope="bounced", when="refused"),
    ],
)
def test_an_unclear_forbid_bites(forbid: Rule) -> None:
    """What a forbid means is not guessed: it forbids."""
    assert said(PERMIT, forbid) == NO


def test_an_unclear_scope_bites_no_less_than_meant() -> None:
    """A forbid with a clear condition and an unknown scope speaks of everything."""
    forbid = Rule("no", permit=False, scope="markting", when="bounced")
    assert said(PERMIT, forbid, facts=replace(TOLD, refused=Scope.BOUNCED.mask)) == NO
    assert said(PERMIT, forbid) == ALLOW


@pytest.mark.parametrize("permit", [replace(PERMIT, when="joined"), replace(PERMIT, scope="markting")])
def test_an_unclear_permit_permits_nothing(permit: Rule) -> None:
    """What a permit means is not guessed: it permits nothing."""
    assert said(permit) == DEFAULT


@pytest.mark.parametrize(
    "request_",
    [
        replace(OFFERS, purpose="ofers"),
        replace(OFFERS, categories=frozenset({"contakt"})),
        replace(OFFERS, categories=frozenset({"contact", "order"})),
        replace(OFFERS, categories=frozenset[str]()),
        replace(OFFERS, recipient=RecipientClass.OUTSIDE),
        replace(OFFERS, topic="tidse"),
        replace(OFFERS, topic=""),
    ],
)
def test_an_unknown_word_of_a_request_is_denied(request_: Request) -> None:
    """What the policy does not state is permitted by no rule, however wide."""
    assert said(PERMIT, request=request_) == DEFAULT


def test_a_topic_of_another_version_is_denied_here() -> None:
    """Nothing goes out under a topic that the version in force does not show, though it was stated."""
    old, new = make([PERMIT]), make([PERMIT], topics=[])
    history = number([old, replace(new, front=replace(FRONT, version="2"))])
    assert decide(history, old, replace(OFFERS, topic="tides"), TOLD) == ALLOW
    assert decide(history, new, replace(OFFERS, topic="tides"), TOLD) == DEFAULT


def test_an_unknown_topic_is_refused_where_topics_are() -> None:
    """A topic that nobody knows might be the refused one."""
    forbid = Rule("no", permit=False, scope="topic", when="refused")
    assert said(PERMIT, forbid, request=replace(OFFERS, topic="tidse")) == NO


@pytest.mark.parametrize(
    ("purpose", "lies"),
    [
        ("newsletter", {"marketing", "optional"}),
        ("offers", {"marketing", "optional"}),
        ("insight", {"insight", "optional"}),
        ("partners", {"disclosure", "optional"}),
        ("improvement", {"optional"}),
        ("orders", set()),
        ("patches", set()),
        ("nobody-knows", set()),
    ],
)
def test_scopes_hold_one_another(purpose: str, lies: set[str]) -> None:
    """A marketing kind lies in all marketing, every scope in all optional, a topic beside them."""
    policy = make()
    assert scopes(policy, Request(purpose, CONTACT)) == lies
    assert scopes(policy, Request(purpose, CONTACT, topic="tides")) == lies | {"topic"}


def test_all_marketing_is_a_scope_without_a_kind_too() -> None:
    """A purpose whose scope is all marketing lies in it, though it sends no message."""
    purpose = replace(PURPOSES[1], kind=None, scope="marketing")
    assert scopes(make(purposes=[purpose]), OFFERS) == {"marketing", "optional"}


def test_an_allow_says_so() -> None:
    """A decision is an allow or it is not."""
    assert ALLOW.allowed is True
    assert NO.allowed is False


def test_relations_are_all_named() -> None:
    """Every relation has its word."""
    assert set(LACKS.values()) == set(Relation)
