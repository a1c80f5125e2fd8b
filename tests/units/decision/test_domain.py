"""Test that the domain is whole, small, and that of two versions where two are asked."""

from dataclasses import replace
from datetime import timedelta
from itertools import islice

from avow.decision.decide import word
from avow.decision.domain import domain, looks, requests, situations, size
from avow.decision.facts import Facts
from avow.decision.request import Request
from avow.policy.history import number
from avow.terms import RecipientClass, Relation, Scope
from tests.laws.small import FRONT, PURPOSES, make, small

LETTER = Request("newsletter", frozenset({"contact"}))


def test_requests_are_all() -> None:
    """Every purpose, recipient, category and topic, and no topic, meet once."""
    _, policy = small()
    found = list(requests(policy))
    assert len(found) == len(set(found)) == 7 * 5 * 3 * 2
    assert {request.topic for request in found} == {None, "tides"}
    assert {request.purpose for request in found} == policy.purposes.keys()
    assert {request.recipient for request in found} == set(RecipientClass)


def test_situations_are_what_rules_tell_apart() -> None:
    """Told not, stated or accepted; each subset of the bits that some rule looks at; nothing twice."""
    history, policy = small()
    found = list(situations(history, LETTER, policy))
    assert len(found) == len(set(found)) == 3 * 2**4 * 2
    seen = looks(history, LETTER, policy)
    assert seen.refused == Scope.MARKETING.mask | Scope.OPTIONAL.mask | Scope.HELD.mask | Scope.BOUNCED.mask
    assert seen.relations == Relation.JOINED.mask
    assert seen.stated == seen.accepted == word(history, policy, LETTER)
    assert Facts() in found
    assert {facts.stated for facts in found if facts.accepted} == {0}


def test_size_counts_without_making() -> None:
    """The size is the number of points."""
    history, policy = small()
    points = list(domain(history, policy))
    assert size(history, policy) == len(points) == len(set(points))


def test_two_versions_are_told_apart() -> None:
    """A use that both state, one that the old states, one that the new does: each has its own bit to vary."""
    old = make()
    wider = [replace(PURPOSES[0], categories=frozenset({"contact", "profile", "order"}))]
    front = replace(FRONT, version="2026-01-01", effective=FRONT.effective + timedelta(days=365))
    new = replace(make(purposes=wider, topics=["lamps"]), front=front)
    history = number([old, new])
    words = word(history, old, LETTER), word(history, new, LETTER)
    assert words[0] == words[1]
    narrow = replace(LETTER, categories=frozenset({"order"}))
    assert word(history, old, narrow) == 0 != word(history, new, narrow)
    assert {request.topic for request in requests(old, new)} == {None, "tides", "lamps"}
    for request in (LETTER, narrow):
        stated = {facts.stated for facts in situations(history, request, old, new)}
        assert len(stated) == 2
    assert size(history, old, new) == sum(1 for _ in domain(history, old, new))


def test_bits_of_different_versions_vary_by_themselves() -> None:
    """Where one version takes a bit that the other does not, a person may have been told of either."""
    old = make()
    front = replace(
        FRONT,
        version="2026-01-01",
        effective=FRONT.effective + timedelta(days=365),
        company="Lantern Post and Partners, Ltd.",
    )
    new = replace(make(), front=front)
    history = number([old, new])
    told = {(facts.stated, facts.accepted) for facts in situations(history, LETTER, old, new)}
    assert len(told) == 9
    both = word(history, old, LETTER) | word(history, new, LETTER)
    assert all((stated | accepted) & ~both == 0 for stated, accepted in told)


def test_a_request_that_nobody_states_has_situations_too() -> None:
    """It is denied in all of them, for reasons that differ."""
    history, policy = small()
    found = list(islice(situations(history, Request("orders", LETTER.categories, RecipientClass.OUTSIDE), policy), 99))
    assert {facts.stated for facts in found} == {0}
    assert {facts.relations for facts in found} == {0, Relation.CONSENTED.mask}


def test_nothing_is_looked_at_without_a_rule() -> None:
    """A use that no clause speaks of looks at no refusal and no relation, and at its own bits alone."""
    history, policy = small([])
    for purpose in policy.purposes:
        asked = Request(purpose, frozenset({"contact"}))
        assert looks(history, asked, policy) == Facts(*[word(history, policy, asked)] * 2)
