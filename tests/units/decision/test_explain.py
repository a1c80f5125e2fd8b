"""Test that a decision is explained in the policy's own sentences."""

from dataclasses import replace

from avow.decision.decide import decide
from avow.decision.decision import Decision, Outcome
from avow.decision.explain import explain
from avow.decision.facts import Facts
from avow.decision.request import Request
from avow.policy.document import Policy, Rule
from avow.policy.history import number
from avow.terms import RecipientClass, Scope
from tests.laws.small import PURPOSES, make, small

CONTACT = frozenset({"contact"})
OFFERS = Request("offers", CONTACT)
PERMIT = Rule("yes", permit=True)


def _why(policy: Policy, request: Request, facts: Facts | None = None) -> tuple[str, ...]:
    found = decide(number([policy]), policy, request, facts or Facts())
    assert not found.allowed
    return explain(policy, found, request)


def test_a_refusal_is_explained_by_the_clauses_that_forbid() -> None:
    """Their sentences come in the order of the policy."""
    history, policy = small()
    denied = decide(history, policy, OFFERS, Facts(refused=Scope.MARKETING.mask))
    assert explain(policy, denied) == ("We keep uses.only.", "We keep optout.marketing.")


def test_an_allow_is_explained_by_the_clauses_that_permit() -> None:
    """What permits is told as what forbids is."""
    history, policy = small()
    use = history.use_word(policy, "offers", RecipientClass.COMPANY, CONTACT)
    assert explain(policy, decide(history, policy, OFFERS, Facts(stated=use))) == ("We keep uses.offers.",)


def test_a_clause_of_another_version_is_given_by_its_id() -> None:
    """Nothing that determined a decision is left out."""
    _, policy = small()
    decision = Decision(Outcome.DENY, frozenset({"gone.before", "uses.only"}))
    assert explain(policy, decision) == ("We keep uses.only.", "gone.before")


def test_default_without_request() -> None:
    """Where nothing is known of the request, that nothing permits it is all that can be said."""
    _, policy = small()
    assert explain(policy, Decision(Outcome.DENY, frozenset())) == ("Nothing in this policy permits this use.",)


def test_default_names_what_the_policy_does_not_state() -> None:
    """An unknown purpose, no data, other data, another recipient, or no clause: each is said."""
    policy = make([PERMIT])
    (unknown,) = _why(policy, Request("ofers", CONTACT))
    assert unknown == "This policy states no purpose 'ofers'; a use needs a purpose that it states."
    assert (
        _why(policy, Request("offers", frozenset()))[0]
        == "No kind of data is named; a use needs the data that it is about."
    )
    assert _why(policy, Request("offers", frozenset({"order"}))) == (
        "Offers is stated for contact and profile, not for order.",
    )
    assert _why(policy, replace(OFFERS, recipient=RecipientClass.OUTSIDE)) == (
        "Offers is stated towards company and processor, not towards outside.",
    )
    assert _why(make([]), OFFERS) == ("No clause permits Offers over contact towards company.",)
    assert _why(make([]), Request("offers", frozenset()))[-1] == (
        "No clause permits Offers over nothing towards company."
    )


def test_default_tells_what_would_have_permitted() -> None:
    """Where nobody was told, the words and the places that tell it are named, and the yes where one helps."""
    assert _why(make([PERMIT]), OFFERS) == (
        "This was not stated when the data was collected, nor accepted since.",
        "It is permitted where this was said: We write you offers.",
        "That is said at Registration.",
        "Or the person can say yes to it.",
    )
    quiet = replace(PURPOSES[4], categories=frozenset({"order"}))
    policy = make([PERMIT], purposes=[quiet])
    assert _why(policy, Request("insight", frozenset({"order"}))) == (
        "This was not stated when the data was collected, nor accepted since.",
        "It is permitted where this was said: We count kinds.",
    )


def test_default_names_an_unknown_topic() -> None:
    """A topic that nobody knows is the reason, though the use was stated."""
    policy = make([PERMIT])
    told = Facts(stated=(1 << 256) - 1)
    assert _why(policy, replace(OFFERS, topic="tidse"), told) == ("This policy knows no topic 'tidse'.",)


def test_default_names_no_clause_that_forbids_or_is_unclear() -> None:
    """A forbid, and a permit with a condition, permit nothing: that no clause does is said beside them."""
    told = "No clause permits Offers over contact towards company."
    assert _why(make([replace(PERMIT, when="joined")]), OFFERS) == (told,)
    silent = Rule("no", permit=False, when="bounced")
    assert _why(make([silent]), OFFERS) == (told,)
    elsewhere = replace(PERMIT, purposes=frozenset({"orders"}))
    assert _why(make([elsewhere]), OFFERS) == (told,)


def test_several_words_read_as_a_list() -> None:
    """Three are told with a comma and an and."""
    policy = make([PERMIT], purposes=[replace(PURPOSES[1], categories=frozenset({"contact", "profile", "order"}))])
    (said,) = _why(policy, Request("offers", frozenset({"contact", "shoe"})))
    assert said == "Offers is stated for contact, order and profile, not for shoe."
