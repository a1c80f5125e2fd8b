"""Test the fold of choices, one line after the other; its laws are proven elsewhere."""

from uuid import UUID

import pytest

from avow.record.key import new_key
from avow.record.said.chosen import Aim
from avow.record.said.fold import NOTHING, Act, Target, accepted, after, fold, join, refused, refused_mask, target
from avow.record.said.told import Told
from avow.terms import Actor, Answer, Scope
from tests.units.record.cast import reach_of

MARKETING, LIST = Target("scope", int(Scope.MARKETING)), Target("list", "offers")
ME, OTHER = Actor.PERSON_VERIFIED, Actor.PERSON_UNVERIFIED


@pytest.mark.parametrize(
    ("no", "yes", "is_refused", "is_accepted"),
    [(0, 0, False, False), (1, 0, True, False), (0, 1, False, True), (2, 1, True, False), (1, 2, False, True)],
)
def test_the_later_answer_counts(no: int, yes: int, *, is_refused: bool, is_accepted: bool) -> None:
    """The higher number wins, and nothing said is neither."""
    state = {LIST: (no, yes)}
    assert refused(state, LIST) is is_refused
    assert accepted(state, LIST) is is_accepted
    assert refused({}, LIST) is accepted({}, LIST) is False


def test_a_draw_is_a_no() -> None:
    """A no and a yes of one number: refused, and not accepted."""
    state = fold([Act(LIST, Answer.YES, ME, 3), Act(LIST, Answer.NO, OTHER, 3)])
    assert state == {LIST: (3, 3)}
    assert refused(state, LIST)
    assert not accepted(state, LIST)


def test_one_act_alone() -> None:
    """A no of anybody counts, a yes of who is verified alone."""
    assert after(Act(LIST, Answer.NO, OTHER, 5)) == {LIST: (5, 0)}
    assert after(Act(LIST, Answer.YES, ME, 5)) == {LIST: (0, 5)}
    assert after(Act(LIST, Answer.YES, OTHER, 5)) == NOTHING == {}


def test_joining_keeps_the_higher_number_of_each() -> None:
    """What either side knows is known, and neither side is changed by it."""
    one, other = {LIST: (1, 4)}, {LIST: (2, 3), MARKETING: (7, 0)}
    assert join(one, other) == join(other, one) == {LIST: (2, 4), MARKETING: (7, 0)}
    assert (one, other) == ({LIST: (1, 4)}, {LIST: (2, 3), MARKETING: (7, 0)})


def test_the_mask_holds_scopes_that_are_refused() -> None:
    """A list has no bit, and neither has what was allowed again."""
    state = {MARKETING: (2, 1), Target("scope", 64): (1, 0), Target("scope", 65): (1, 2), LIST: (9, 0)}
    assert refused_mask(state) == Scope.MARKETING.mask | 1 << 64


def test_a_stored_choice_names_one_target() -> None:
    """A scope, bit 0 too, or a list, or a purpose."""
    assert target(0, None, None) == Target("scope", 0)
    assert target(None, "offers", None) == LIST
    assert target(None, None, "offers") == Target("purpose", "offers")


def test_a_no_spreads_unless_it_is_a_condition() -> None:
    """Every no but that of a condition spreads; a yes never does."""
    assert Aim(Answer.NO, MARKETING).spreads
    assert Aim(Answer.NO, LIST).spreads
    assert not Aim(Answer.NO, Target("scope", int(Scope.BOUNCED))).spreads
    assert not Aim(Answer.YES, MARKETING).spreads
    assert Aim(Answer.NO, MARKETING).mask == Scope.MARKETING.mask
    assert Aim(Answer.NO, LIST).mask == 0


def test_a_no_stands_until_a_yes_after_it() -> None:
    """It stands for its actor at its place; a yes of the person or at the mailbox ends it, an earlier one does not."""
    person, reach = new_key(), reach_of("bob@example.org")
    place: tuple[UUID, bytes | None] = (person, reach)
    nos = {(LIST, place, OTHER): 4}
    assert Told(nos).stands(LIST, person, reach, OTHER) == 4
    assert Told(nos).stands(LIST, person, reach, Actor.STAFF) == 0
    assert Told(nos).stands(LIST, person, None, OTHER) == 0
    assert Told(nos).stands(MARKETING, person, reach, OTHER) == 0
    whose: tuple[UUID | bytes | None, ...] = place
    for who in whose:
        assert Told(nos, {(LIST, who): 3}).stands(LIST, person, reach, OTHER) == 4
        assert Told(nos, {(LIST, who): 4}).stands(LIST, person, reach, OTHER) == 0
        assert Told(nos, {(LIST, who): 5}).stands(LIST, person, reach, OTHER) == 0
