"""Test proofs: a code is used once, by who was sent it, for what it is for; a change of address loosens nothing."""

from datetime import timedelta

import psycopg
import pytest

from avow.errors import RecordError, TokenError
from avow.record.known.address import parse
from avow.record.known.identity import (
    TRIES,
    add_address,
    addresses_of,
    end_address,
    new_code,
    persons_at,
    use_code,
    verify,
)
from avow.record.said.choices import choose
from avow.record.taken.store import amend
from avow.terms import Actor, Scope
from tests.units.record.cast import NO_MARKETING, YES_MARKETING, arrive, reach_of, refused

pytestmark = pytest.mark.usefixtures("published")
BOB, NEW = parse("bob@example.org"), parse("bob@example.net")
SOON = timedelta(minutes=10)


def _wrong(digits: str) -> str:
    return f"{(int(digits) + 1) % 10 ** len(digits):0{len(digits)}}"


def test_a_code_works_once() -> None:
    """The digits give the person and the address, and then no more; spaces do no harm."""
    person = arrive(BOB.display)
    code, digits = new_code(person, BOB.exact_id, "signin", SOON)
    assert use_code(code, f"{digits[:4]} {digits[4:]}", "signin") == (person, BOB.exact_id)
    with pytest.raises(TokenError):
        use_code(code, digits, "signin")


def test_a_code_is_guessed_at_a_few_times_only() -> None:
    """After some wrong guesses the right digits are worth nothing."""
    code, digits = new_code(arrive(BOB.display), BOB.exact_id, "signin", SOON)
    for _ in range(TRIES):
        with pytest.raises(TokenError):
            use_code(code, _wrong(digits), "signin")
    with pytest.raises(TokenError):
        use_code(code, digits, "signin")


def test_a_code_is_for_one_act_and_a_while() -> None:
    """Another act, an older code and a late one are refused alike."""
    person = arrive(BOB.display)
    first = new_code(person, BOB.exact_id, "signin", SOON)
    with pytest.raises(TokenError):
        use_code(*first, "erase")
    second = new_code(person, BOB.exact_id, "signin", SOON)
    with pytest.raises(TokenError):
        use_code(*first, "signin")
    late = new_code(person, BOB.exact_id, "late", -SOON)
    with pytest.raises(TokenError):
        use_code(*late, "late")
    assert use_code(*second, "signin")


def test_the_digits_are_not_stored(owner: psycopg.Connection) -> None:
    """Who reads the table cannot use a code."""
    _, digits = new_code(arrive(BOB.display), BOB.exact_id, "signin", SOON)
    row = owner.execute("SELECT code::text FROM code").fetchone()
    assert row is not None
    assert digits not in row[0]
    assert digits.encode().hex() not in row[0]


def test_proving_an_address_frees_its_items(owner: psycopg.Connection) -> None:
    """What waited for the proof waits no more; another's address proves nothing."""
    person, other = arrive(BOB.display), arrive("eve@example.net")
    assert refused(owner, "item", "reach_id", BOB.reach_id) == {Scope.UNVERIFIED}
    verify(person, BOB.exact_id, "link")
    assert refused(owner, "item", "reach_id", BOB.reach_id) == set()
    with pytest.raises(RecordError):
        verify(other, BOB.exact_id, "link")


def test_who_proved_an_address_comes_first() -> None:
    """Among those who typed an address, the one who proved it is first; an ended one is nobody's."""
    typed, proved = arrive(BOB.display), arrive(BOB.display, proven=True)
    last = arrive(BOB.display)
    assert persons_at(BOB.exact_id) == [proved, last, typed]
    end_address(proved, BOB.exact_id)
    assert persons_at(BOB.exact_id) == [last, typed]


def test_a_change_of_address_takes_refusals_along(owner: psycopg.Connection) -> None:
    """The new address waits for its proof, and is refused like the old; the old one stays refused when it ends."""
    person = arrive(BOB.display, NO_MARKETING, proven=True)
    assert add_address(person, NEW) is False
    item = owner.execute("SELECT id FROM item WHERE category = 'contact'").fetchone()
    assert item is not None
    amend(person, item[0], {"email": NEW.display})
    assert refused(owner, "item", "reach_id", NEW.reach_id) == {Scope.MARKETING, Scope.UNVERIFIED}
    verify(person, NEW.exact_id, "link")
    end_address(person, BOB.exact_id)
    assert [exact for exact, *_ in addresses_of(person)] == [NEW.exact_id]
    assert refused(owner, "item", "reach_id", NEW.reach_id) == {Scope.MARKETING}
    with pytest.raises(RecordError, match="proven"):
        choose(YES_MARKETING, Actor.PERSON_VERIFIED, "page", person, BOB.reach_id)
    choose(YES_MARKETING, Actor.PERSON_VERIFIED, "page", person, NEW.reach_id)
    assert refused(owner, "reach", "id", reach_of(BOB.display)) == {Scope.MARKETING}
    assert refused(owner, "item", "person_id", person) == set()


def test_an_address_that_was_given_up_proves_nothing() -> None:
    """Taking an ended address back needs a new proof."""
    person = arrive(BOB.display, proven=True)
    end_address(person, BOB.exact_id)
    assert add_address(person, BOB) is False
