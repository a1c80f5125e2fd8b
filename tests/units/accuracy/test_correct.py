"""Test what a correction pins: what comes between, what another at the same mailbox says, what lacks the field."""

from collections.abc import Mapping
from uuid import UUID

import pytest

from avow.accuracy.correct import correction as module
from avow.accuracy.correct.correction import correct, correction
from avow.accuracy.held import right_of
from avow.record.known.address import parse
from avow.record.known.forget import forget
from avow.record.known.link import link
from avow.record.pinned.aside import asides
from avow.record.shown.notice import show
from avow.record.shown.versions import in_force
from avow.record.taken.bulk import Arrival, take
from avow.record.taken.store import Given, keep
from avow.terms import Actor, ChannelKind
from tests.units.accuracy.forgotten.conftest import example, published
from tests.units.record.cast import given_as, stamped

__all__ = ["example", "published"]
pytestmark = pytest.mark.usefixtures("published")
ALICE = "alice@example.org"


def fed(person: UUID, **fields: str) -> None:
    """Let a shop hand in what it knows of Alice."""
    given = [Given("contact", {"email": ALICE}), Given("profile", fields)]
    keep(stamped(ChannelKind.ORDER, "shop"), given, parse(ALICE), person=person)


def put_right(person: UUID, **fields: str) -> UUID:
    """Let Alice put her first item right; give it."""
    item, values = next(iter(sorted(right_of(person, "profile").items())))
    shown = correction(person, item, values)
    correct(shown.as_proposed(fields), shown.seen)
    return item


def brought(name: str) -> UUID:
    """Bring somebody in at the same address, under a name."""
    given = {"contact": {"email": ALICE}, "profile": {"name": name}}
    one = Arrival(show(in_force(), ChannelKind.REGISTRATION, "en"), "list", parse(ALICE), given, proven=True)
    take([one])
    return one.person


def test_what_comes_between_the_look_and_the_lock_does_not_count(monkeypatch: pytest.MonkeyPatch) -> None:
    """A feed that commits after the person's items were looked at, and before they are locked, is set aside too."""
    alice = given_as("Wrong", ALICE)

    def late(person: UUID, category: str) -> Mapping[UUID, Mapping[str, str]]:
        found = right_of(person, category)
        fed(person, name="Late")
        return found

    monkeypatch.setattr(module, "right_of", late)
    item = put_right(alice, name="Right")
    assert list(right_of(alice, "profile")) == [item]
    assert list(asides(alice).values()) == [True]


def test_what_lacks_the_field_says_nothing_and_what_agrees_counts() -> None:
    """A telephone alone, or the same name again, is used like anything else."""
    alice = given_as("Wrong", ALICE)
    put_right(alice, name="Right")
    fed(alice, phone="1")
    fed(alice, name="Right")
    assert not asides(alice)
    fed(alice, name="Wrong")
    assert len(asides(alice)) == 1


def test_two_at_one_mailbox_are_told_apart() -> None:
    """Who is brought in at the same address keeps a name of their own, and loses the very one that was wrong there."""
    alice = given_as("Wrong", ALICE)
    put_right(alice, name="Right")
    assert not asides(brought("Adam"))
    assert len(asides(brought("Wrong"))) == 1


def test_who_is_forgotten_pins_nothing() -> None:
    """What was set aside for somebody who was taken for one counts again when they are forgotten."""
    alice, other = given_as("Wrong", ALICE), given_as("Other", "other@example.org")
    put_right(alice, name="Right")
    link(alice, other, Actor.STAFF)
    assert len(asides(other)) == 1
    forget(alice)
    assert not asides(other)
