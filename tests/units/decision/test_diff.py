"""Test the difference of two small versions: the reference, point by point, finds the same."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta

import pytest

from avow.decision import diff as module
from avow.decision.diff import BOTH, GAINED, LOST, Moved, Use, diff, gained, permitting, told
from avow.decision.domain import size
from avow.decision.request import Request
from avow.errors import PolicyError
from avow.policy.document import Category, Policy, Rule
from avow.policy.history import History, number
from avow.terms import ChannelKind, RecipientClass
from tests.laws.brute import classes, points, uses
from tests.laws.small import CATEGORIES, FRONT, PURPOSES, RULES, make

LATER = replace(FRONT, version="2026-01-01", effective=FRONT.effective + timedelta(days=365))
LETTER, OFFERS, ORDERS, PATCHES, INSIGHT, PARTNERS, _ = PURPOSES
FEW = (replace(LETTER, topic="tides"), OFFERS, PARTNERS)
COMPANY, OUTSIDE = RecipientClass.COMPANY, RecipientClass.OUTSIDE


def _kept(days: int | None, *names: str) -> dict[str, Category]:
    return {one.id: replace(one, retention=days) if one.id in names else one for one in CATEGORIES}


def _without(*clauses: str) -> Policy:
    return make([rule for rule in RULES if rule.clause not in clauses], purposes=FEW)


def _more(*rules: Rule) -> Policy:
    return make([*RULES, *rules], purposes=FEW)


OLD = make(purposes=FEW)
CHANGES: dict[str, Policy] = {
    "nothing": OLD,
    "a purpose more": make(purposes=(*FEW, INSIGHT)),
    "a purpose less": make(purposes=FEW[:2]),
    "kept longer": replace(OLD, categories=_kept(90, "contact")),
    "another company": replace(OLD, front=replace(FRONT, company="Harbour Post, Ltd.")),
    "a category less": make(purposes=(replace(LETTER, categories=frozenset({"contact"})), OFFERS, PARTNERS)),
    "a class more": make(purposes=(LETTER, OFFERS, replace(PARTNERS, recipients=frozenset({OUTSIDE, COMPANY})))),
    "a channel that says less": replace(
        OLD,
        channels={
            kind: replace(one, states=("newsletter",), collects=("contact",)) for kind, one in OLD.channels.items()
        },
    ),
    "no channel": replace(OLD, channels={}),
    "a refusal that holds no more": _without("optout.optional"),
    "a relation that is asked for": _more(Rule("new", permit=False, purposes=frozenset({"offers"}), when="no-owns")),
    "what is never permitted": _more(Rule("new", permit=False, purposes=frozenset({"offers"}))),
    "one refusal for another": make(
        [*(rule for rule in RULES if rule.clause != "optout.marketing"), Rule("new", permit=False, when="contested")],
        purposes=FEW,
    ),
    "a topic for a purpose": make(purposes=(LETTER, replace(OFFERS, topic="tides"), PARTNERS)),
}
"""What becomes of the small policy."""


def _pair(new: Policy) -> tuple[History, Policy, Policy]:
    after = replace(new, front=replace(new.front, version=LATER.version, effective=LATER.effective))
    return number([OLD, after]), OLD, after


@pytest.mark.parametrize("change", CHANGES)
def test_it_equals_the_reference(change: str) -> None:
    """Every point by its class, every request whose conditions move, and every use that comes or goes."""
    history, old, new = _pair(CHANGES[change])
    found, every = diff(history, old, new), points(history, old, new)
    assert found.points == classes(every)
    assert found.moved == tuple(sorted(_moved(every)))
    for one, other in ((old, new), (new, old)):
        found = diff(history, one, other)
        assert (set(found.gained), set(found.lost), found.unchanged) == uses(history, one, other)
        assert found.gained == tuple(sorted(found.gained)) == gained(history, one, other)
        assert found.lost == tuple(sorted(found.lost))


def _moved(every: Mapping[Request, Counter[str]]) -> Iterator[Moved]:
    """Find the requests that both versions permit somewhere, and one alone somewhere else."""
    for one, found in every.items():
        if found[BOTH] and (found[GAINED] or found[LOST]):
            (category,) = one.categories
            yield Moved(one.purpose, category, one.recipient, one.topic or "", found[GAINED], found[LOST])


def test_what_a_change_is_called() -> None:
    """A purpose more is gained on whatever its channel collects of its categories; taken back, it is lost."""
    history, old, new = _pair(CHANGES["a purpose more"])
    found = diff(history, old, new)
    ours = (RecipientClass.COMPANY, RecipientClass.PROCESSOR)
    assert found.gained == tuple(Use(ChannelKind.REGISTRATION, "profile", "insight", one) for one in ours)
    assert (found.lost, found.moved) == ((), ())
    assert diff(history, new, old).lost == found.gained
    moved = diff(*_pair(CHANGES["a relation that is asked for"])).moved
    assert {(one.purpose, one.gained) for one in moved} == {("offers", 0)}
    assert {one.topic for one in moved} == {"", "tides"}
    assert all(one.lost for one in moved)


def test_what_is_told_and_what_permits() -> None:
    """Nothing is told by a channel that is not there or of what it does not collect; nothing unknown is permitted."""
    history, old, new = _pair(OLD)
    everything = told(history, old, ChannelKind.REGISTRATION, "contact")
    asked = [history.asked(old, purpose.id, "contact") for purpose in FEW]
    assert everything == asked[0] | asked[1] | asked[2]
    assert all(asked)
    assert told(history, old, ChannelKind.REGISTRATION, "order") == 0
    assert told(history, old, ChannelKind.INQUIRY, "contact") == 0
    channels = {kind: replace(one, states=("offers",)) for kind, one in old.channels.items()}
    assert told(history, replace(old, channels=channels), ChannelKind.REGISTRATION, "contact") == asked[1]
    assert permitting(history, new, "offers", "contact", COMPANY) & asked[1]
    for purpose, category, recipient in (
        ("gossip", "contact", COMPANY),
        ("offers", "order", COMPANY),
        ("offers", "contact", OUTSIDE),
    ):
        assert permitting(history, new, purpose, category, recipient) == 0


def test_too_large_a_domain_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """At the limit it is compared; one point beyond, it is told what to do."""
    history, old, new = _pair(CHANGES["a topic for a purpose"])
    whole = size(history, old, new)
    monkeypatch.setattr(module, "LIMIT", whole)
    assert sum(diff(history, old, new).points.values()) == whole
    monkeypatch.setattr(module, "LIMIT", whole - 1)
    with pytest.raises(PolicyError) as caught:
        diff(history, old, new)
    error, words = caught.value, f"the two versions can differ at more than {whole - 1:,} points"
    assert str(error).startswith(f"{words}, too many to compare exactly (")
    assert (error.path, error.line) == (new.path, 1)
    assert error.hint == (
        "name fewer conditions and relations in rules that cover everything, or fewer purposes and categories"
    )


def test_what_others_rest_on() -> None:
    """The classes are told by these words in a plan and its exports, and the limit is what a page says of it."""
    history, old, new = _pair(OLD)
    assert diff(history, old, new).points.keys() == {"both", "gained", "lost", "neither"}
    assert module.LIMIT == 2**32
