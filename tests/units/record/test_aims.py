"""Test what a choice aims at: lists, purposes, and the different uses that a version asks for."""

from dataclasses import replace
from typing import Literal

import pytest

from avow.errors import CollectionError
from avow.policy.folder import load
from avow.policy.history import History
from avow.record.changed.different import Different
from avow.record.declare import keeping
from avow.record.said.chosen import Aim, Chosen, aims, ever, no_more
from avow.record.said.fold import Target
from avow.record.shown.versions import publish
from avow.store.server.embedded import Embedded
from avow.terms import Answer, RecipientClass, Relation, Scope

FIRST, SECOND, THIRD = "2025-01-01", "2027-03-01", "2027-09-01"
YES, NO = Answer.YES, Answer.NO
OPTED_IN = Relation.OPTED_IN.mask
LETTER = Different("beacon-letter", SECOND, RecipientClass.COMPANY)
PARTNERS = Different("partners", SECOND, RecipientClass.OUTSIDE)
WIDER = Different("improvement", SECOND, RecipientClass.COMPANY)


@pytest.fixture
def changed(store: Embedded) -> History:
    """Publish three versions, of which each states more."""
    assert store.folder.exists()
    found = load("policies/changes")
    publish(found, [SECOND, THIRD])
    return found


def _aims(known: History, version: str, *chosen: Chosen) -> list[Aim]:
    with keeping() as cursor:
        return aims(cursor, known, known.version(version), chosen)


def _to(kind: Literal["list", "purpose"], name: str) -> Target:
    return Target(kind, name)


def _accepted(known: History, asked: Different) -> tuple[tuple[str, int], ...]:
    _, purpose = asked.of(known)
    return tuple((category, asked.mask(known)) for category in sorted(purpose.categories))


def test_a_yes_to_what_is_new_joins_its_list(changed: History) -> None:
    """A question about a newsletter of its own, answered yes, accepts that meaning and joins; a no takes it back."""
    accepts = _accepted(changed, LETTER)
    assert accepts
    assert _aims(changed, SECOND, Chosen(YES, purpose=LETTER.name)) == [
        Aim(YES, _to("purpose", LETTER.name), (), accepts, 0, SECOND),
        Aim(YES, _to("list", "beacon-letter"), ("beacon-letter",)),
    ]
    assert _aims(changed, SECOND, Chosen(NO, purpose=LETTER.name)) == [
        Aim(NO, _to("purpose", LETTER.name), (), accepts, 0, SECOND)
    ]


def test_a_yes_to_what_was_known_joins_nothing(changed: History) -> None:
    """What the version before stated already has its lists joined, or left, by their people."""
    again = replace(LETTER, version=THIRD)
    assert again.known(changed)
    (only,) = _aims(changed, THIRD, Chosen(YES, purpose=again.name))
    assert (only.lists, only.question) == ((), THIRD)


def test_a_yes_to_a_use_by_others_joins_nobodys_list(changed: History) -> None:
    """Towards the outside a question asks for the use; each organization takes a yes by its name."""
    assert _aims(changed, SECOND, Chosen(YES, purpose=PARTNERS.name)) == [
        Aim(YES, _to("purpose", PARTNERS.name), (), _accepted(changed, PARTNERS), 0, SECOND)
    ]


def test_what_needs_somebody_to_opt_in_is_put_on_file(changed: History) -> None:
    """A yes to the notes about the policy is a relation; so is its end by a no."""
    (yes,) = _aims(changed, FIRST, Chosen(YES, purpose="courtesy"))
    (no,) = _aims(changed, FIRST, Chosen(NO, purpose="courtesy"))
    assert (yes.relations, no.relations) == (OPTED_IN, OPTED_IN)
    assert (yes.target, no.target) == (_to("purpose", "courtesy"),) * 2
    for answer in (YES, NO):
        letter = _aims(changed, FIRST, Chosen(answer, purpose="newsletter"))
        assert [(aim.target.kind, aim.relations) for aim in letter] == [("list", 0), ("purpose", 0)]
    assert Aim(YES, _to("list", "x")).relations == 0


def test_the_question_of_a_first_version_puts_its_relation_on_file(changed: History) -> None:
    """Where nothing was known before, a yes to a purpose that needs it opts in; a no does not, nor one to others."""
    courtesy = Different("courtesy", FIRST, RecipientClass.COMPANY)
    newsletter = Different("newsletter", FIRST, RecipientClass.COMPANY)
    (yes,) = _aims(changed, FIRST, Chosen(YES, purpose=courtesy.name))
    (no,) = _aims(changed, FIRST, Chosen(NO, purpose=courtesy.name))
    assert (yes.relations, no.relations) == (OPTED_IN, 0)
    letter, joined = _aims(changed, FIRST, Chosen(YES, purpose=newsletter.name))
    assert (letter.relations, joined.lists) == (0, ("newsletter",))
    known = replace(courtesy, version=SECOND)
    (later,) = _aims(changed, SECOND, Chosen(YES, purpose=known.name))
    assert later.relations == 0, "the version that it follows stated it"


def test_a_no_takes_back_all_that_a_purpose_ever_meant(changed: History) -> None:
    """Of a purpose every meaning, over every category there ever was; of a different use that one alone."""
    every = sorted({name for policy in changed.policies for name in policy.categories})
    outside = no_more(changed, "outside-marketing")
    assert outside == Aim(
        NO, _to("purpose", "outside-marketing"), (), tuple((name, ever(changed, "outside-marketing")) for name in every)
    )
    assert ever(changed, "outside-marketing")
    assert no_more(changed, "courtesy").relations == OPTED_IN
    assert no_more(changed, "partners").accepts, "a purpose that came later"
    assert no_more(changed, PARTNERS.name) == Aim(
        NO, _to("purpose", PARTNERS.name), (), _accepted(changed, PARTNERS), 0, SECOND
    )
    assert ever(changed, PARTNERS.name) == PARTNERS.mask(changed)
    assert ever(changed, "partners@2031-01-01:outside") == 0


def test_a_yes_to_an_organization_is_one_to_what_it_is_for(changed: History) -> None:
    """Its list is joined, and the use that the purpose asks for accepted; a no leaves the list alone."""
    with keeping() as cursor:
        cursor.execute(
            "INSERT INTO list (id, purpose, topic, title, joined_only)"
            " VALUES ('to.acme', 'outside-marketing', NULL, 'Acme', true)"
        )
    joined, use = _aims(changed, FIRST, Chosen(YES, list="to.acme"))
    assert joined == Aim(YES, _to("list", "to.acme"), ("to.acme",))
    assert (use.answer, use.target) == (YES, _to("purpose", "outside-marketing"))
    assert {name for name, mask in use.accepts if mask} == {"contact", "order", "profile"}
    assert _aims(changed, FIRST, Chosen(NO, list="to.acme")) == [Aim(NO, _to("list", "to.acme"), ("to.acme",))]
    (own,) = _aims(changed, FIRST, Chosen(YES, list="newsletter"))
    assert own == Aim(YES, _to("list", "newsletter"), ("newsletter",))
    (all_of_it,) = _aims(changed, FIRST, Chosen(YES, purpose="outside-marketing"))
    assert all_of_it.target == _to("purpose", "outside-marketing"), "it joins no organization's list"
    took = _aims(changed, FIRST, Chosen(NO, purpose="outside-marketing"))
    assert [aim.target for aim in took] == [_to("list", "to.acme"), _to("purpose", "outside-marketing")]


def test_a_list_of_a_purpose_that_is_no_more_can_be_answered(changed: History) -> None:
    """Whoever is still on it can leave it; a yes accepts nothing."""
    with keeping() as cursor:
        cursor.execute(
            "INSERT INTO list (id, purpose, topic, title, joined_only) VALUES ('old', 'gone', NULL, 'Old', true)"
        )
    assert _aims(changed, FIRST, Chosen(YES, list="old")) == [Aim(YES, _to("list", "old"), ("old",))]


def test_a_purpose_until_refused_is_its_lists_or_its_scope(changed: History) -> None:
    """A no to offers leaves the list of offers; one to insight refuses the scope; an account cannot be refused."""
    assert [aim.target for aim in _aims(changed, FIRST, Chosen(NO, purpose="offers"))] == [_to("list", "offers")]
    (insight,) = _aims(changed, FIRST, Chosen(NO, purpose="insight"))
    assert insight == Aim(NO, Target("scope", int(Scope.INSIGHT)))
    with pytest.raises(CollectionError, match="not optional"):
        _aims(changed, FIRST, Chosen(NO, purpose="account"))
    with pytest.raises(CollectionError, match="there is no purpose"):
        _aims(changed, FIRST, Chosen(NO, purpose="gossip"))


def test_a_purpose_of_another_version_can_be_answered(changed: History) -> None:
    """What only a later version states is accepted as nothing, and taken back whole."""
    letter = _aims(changed, FIRST, Chosen(YES, purpose="partners"))
    assert letter == [Aim(YES, _to("purpose", "partners"))]


def test_choices_of_one_act_find_their_own_lists(changed: History) -> None:
    """Two choices at once aim at what each names, in the order in which they were said."""
    both = _aims(changed, SECOND, Chosen(NO, list="newsletter"), Chosen(NO, scope=Scope.MARKETING))
    assert [aim.target for aim in both] == [_to("list", "newsletter"), Target("scope", int(Scope.MARKETING))]
    assert [aim.spreads for aim in both] == [True, True]
    assert [aim.mask for aim in both] == [0, Scope.MARKETING.mask]


def test_each_choice_of_an_act_aims_at_its_own_lists(changed: History) -> None:
    """What one choice names is no list of another's purpose, nor of a question's."""
    other = Chosen(NO, list="newsletter")
    both = _aims(changed, SECOND, Chosen(NO, purpose="offers"), other)
    assert [aim.target for aim in both] == [_to("list", "offers"), _to("list", "newsletter")]
    asked = _aims(changed, SECOND, Chosen(YES, purpose=LETTER.name), other)
    assert [aim.lists for aim in asked] == [(), ("beacon-letter",), ("newsletter",)]


def test_a_topic_is_a_scope_of_its_own(changed: History) -> None:
    """Its bit is the one that the history gave it."""
    (found,) = _aims(changed, FIRST, Chosen(NO, topic="versions"))
    assert found == Aim(NO, Target("scope", changed.topics["versions"]))
