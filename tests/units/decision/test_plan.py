"""Test the compiled plan: its masks, its tables, and that it answers with what it answered before."""

from avow.decision.decide import decide
from avow.decision.decision import Outcome
from avow.decision.facts import Facts
from avow.decision.plan import plan
from avow.decision.request import Request
from avow.policy.document import Rule
from avow.terms import RecipientClass, Relation, Scope
from tests.laws.small import small

CONTACT = frozenset({"contact"})
LETTER = Request("newsletter", CONTACT, topic="tides")


def test_masks() -> None:
    """A plan holds the uses that permit, the bits that forbid and the relations that must be on file."""
    history, policy = small()
    found = plan(history, policy, LETTER)
    assert found.use == found.word == history.use_word(policy, "newsletter", RecipientClass.COMPANY, CONTACT) != 0
    refusals = Scope.MARKETING.mask | Scope.OPTIONAL.mask | history.topic_mask("tides")
    assert found.forbid == refusals | Scope.HELD.mask | Scope.BOUNCED.mask
    assert found.needs == Relation.JOINED.mask
    assert found.allow.because == {"uses.newsletter", "uses.all"}
    assert found.bars[Scope.MARKETING.mask] == {"optout.marketing"}
    assert found.lacks == {Relation.JOINED.mask: {"letter.joined"}}


def test_a_plan_that_nothing_permits_has_no_use() -> None:
    """The row guard, which is given `use`, then shows nothing; the reason is kept."""
    history, policy = small()
    for_law = plan(history, policy, Request("orders", CONTACT, RecipientClass.AUTHORITY))
    assert for_law.use == 0
    assert for_law.decide(Facts(stated=(1 << 256) - 1)).because == {"outside.never", "uses.only"}
    history, policy = small([Rule("no", permit=False, when="unstated")])
    silent = plan(history, policy, LETTER)
    assert silent.use == 0
    assert silent.decide(Facts(stated=silent.word)).because == frozenset()


def test_a_forbid_without_condition_leaves_no_use() -> None:
    """What is always forbidden is permitted by no row, though it was stated."""
    history, policy = small([Rule("yes", permit=True), Rule("never", permit=False)])
    found = plan(history, policy, LETTER)
    assert (found.use, bool(found.word)) == (0, True)
    assert found.decide(Facts(stated=found.word)).because == {"never"}


def test_what_was_decided_alike_is_the_same_decision() -> None:
    """Two people of the same facts that matter get one decision, without building it again."""
    history, policy = small()
    found = plan(history, policy, LETTER)
    told = Facts(stated=found.use, refused=Scope.MARKETING.mask, relations=Relation.JOINED.mask)
    other = Facts(accepted=found.use, refused=Scope.MARKETING.mask | 1 << 200, relations=0xFFFF)
    assert found.decide(told) is found.decide(other)
    assert found.decide(told).outcome is Outcome.DENY
    assert found.decide(Facts(stated=found.use, relations=0xFFFF)) is found.allow


def test_every_reason_is_named() -> None:
    """A deny names every clause that forbids, not the first alone."""
    history, policy = small()
    found = plan(history, policy, LETTER).decide(Facts(refused=(1 << 256) - 1))
    assert found.because == {
        "uses.only",
        "optout.marketing",
        "optout.optional",
        "optout.topic",
        "letter.joined",
        "kept.held",
    }


def test_only_the_relation_that_lacks_is_named() -> None:
    """Of two relations that must be on file, the clause of the one that lacks is the reason, and no other."""
    rules = [
        Rule("yes", permit=True),
        Rule("joined", permit=False, when="no-joined"),
        Rule("owns", permit=False, when="no-owns"),
    ]
    history, policy = small(rules)
    found = plan(history, policy, LETTER)
    told = Facts(stated=found.word, relations=Relation.JOINED.mask)
    assert found.decide(told) == decide(history, policy, LETTER, told)
    assert found.decide(told).because == {"owns"}


def test_a_permit_with_a_condition_permits_nothing() -> None:
    """What such a permit means is not guessed, and it is not named where another permits."""
    unclear = Rule("unclear", permit=True, when="joined")
    history, policy = small([unclear])
    assert plan(history, policy, LETTER).use == 0
    history, policy = small([Rule("yes", permit=True), unclear])
    assert plan(history, policy, LETTER).allow.because == {"yes"}


def test_what_was_decided_is_no_part_of_a_plan() -> None:
    """Two plans of one request are equal and read alike, whatever was asked of either."""
    history, policy = small()
    one, other = plan(history, policy, LETTER), plan(history, policy, LETTER)
    one.decide(Facts())
    assert one == other
    assert repr(one) == repr(other)
