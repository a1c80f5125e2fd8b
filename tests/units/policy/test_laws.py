"""Test the laws that come with every policy."""

import pytest

from avow.policy.document import Rule
from avow.policy.meaning.needs import NEEDS, RECIPIENT_NEEDS
from avow.terms import MessageKind, RecipientClass, Relation
from tests.units.policy.example import example, sound


def _rules(law: str) -> tuple[Rule, ...]:
    return example().clauses[f"law.{law}"].rules


def test_a_hold_stops_all_but_the_law() -> None:
    """Every purpose but that which the law orders is named."""
    (held,) = _rules("held")
    assert held.purposes == frozenset(example().purposes) - {"legal"}


def test_the_dead_get_no_mail() -> None:
    """Every kind of message is stopped."""
    assert frozenset(MessageKind) in {rule.kinds for rule in _rules("deceased")}


def test_contested_data_serves_rights_and_support() -> None:
    """What is contested serves to settle it, and support, and the law."""
    (contested,) = _rules("contested")
    assert contested.purposes == frozenset(example().purposes) - {"legal", "rights", "support"}


@pytest.mark.parametrize(
    ("word", "kinds"),
    [("bounced", []), ("unverified", [frozenset({MessageKind.INFO_REPLY, MessageKind.POLICY_CHANGE})])],
)
def test_a_doubtful_address_serves_nothing_optional(word: str, kinds: list[frozenset[MessageKind]]) -> None:
    """A bounce and a missing proof stop what is optional, a missing proof answers and questions too, and no more."""
    optional, *others = _rules(word)
    assert (optional.scope, optional.when) == ("optional", word)
    assert [rule.kinds for rule in others] == kinds


def test_a_refusal_forbids_in_every_scope() -> None:
    """There is no scope whose refusal does nothing."""
    scopes = {rule.scope for rule in _rules("refused")}
    assert scopes == {"optional", "marketing", "disclosure", "enrichment", "insight", "courtesy", "topic"}


@pytest.mark.parametrize("kind", NEEDS, ids=lambda kind: kind.value)
def test_a_kind_lacks_what_it_needs(kind: MessageKind) -> None:
    """Each need of a kind of message is a forbid without it, in any policy."""
    when = {rule.when for rule in sound().rules if kind in (rule.kinds or ())}
    assert {f"no-{need.name.lower().replace('_', '-')}" for need in NEEDS[kind]} <= when


@pytest.mark.parametrize("recipient", RECIPIENT_NEEDS, ids=lambda recipient: recipient.value)
def test_a_recipient_lacks_what_it_needs(recipient: RecipientClass) -> None:
    """Nobody but the company receives without what stands behind it."""
    when = {rule.when for rule in sound().rules if rule.recipients == frozenset({recipient})}
    assert f"no-{RECIPIENT_NEEDS[recipient].name.lower()}" in when


def test_every_relation_has_its_sentence() -> None:
    """Each relation that something needs is a law with words."""
    needed = {one for needs in NEEDS.values() for one in needs} | set(RECIPIENT_NEEDS.values())
    assert needed == set(Relation)
    assert all(clause.text.endswith(".") for clause in example().clauses.values() if clause.section == "law")
