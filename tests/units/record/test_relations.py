"""Test what handing something in brings with it."""

from uuid import UUID

import psycopg
import pytest

from avow.record.known.address import parse
from avow.record.shown.notice import show
from avow.record.shown.versions import in_force
from avow.record.taken.bulk import Arrival, take
from avow.record.taken.store import Given, keep
from avow.terms import ChannelKind, Relation
from tests.units.record.cast import arrive, stamped

pytestmark = pytest.mark.usefixtures("published")

CONTACT = Given("contact", {"email": "alice@example.org"})
QUESTION = Given("inquiry", {"subject": "Prices", "message": "What does it cost?"})


def relations(owner: psycopg.Connection, person: UUID) -> int:
    """Give the relations on file."""
    row = owner.execute("SELECT relations FROM person WHERE id = %s", [person]).fetchone()
    assert row is not None
    return int(row[0])


def test_a_question_may_be_answered(owner: psycopg.Connection) -> None:
    """Who asks has asked; who registers has not, but was told of the exemptions."""
    asked = keep(stamped(ChannelKind.INQUIRY), [CONTACT, QUESTION], parse("alice@example.org"))
    registered = arrive("bob@example.org")
    assert relations(owner, asked) & Relation.ASKED.mask
    assert not relations(owner, registered) & Relation.ASKED.mask
    assert relations(owner, registered) & Relation.NOTICED.mask


def test_a_known_person_may_ask_too(owner: psycopg.Connection) -> None:
    """What is on file stays, and the question is added."""
    person = arrive("alice@example.org")
    keep(stamped(ChannelKind.INQUIRY), [CONTACT, QUESTION], parse("alice@example.org"), person=person)
    assert relations(owner, person) == Relation.ASKED.mask | Relation.NOTICED.mask


def test_an_import_brings_what_was_shown(owner: psycopg.Connection) -> None:
    """People who were shown a notice of exemptions have it on file, however they come in."""
    shown = show(in_force(), ChannelKind.REGISTRATION, "en")
    one = Arrival(shown, "earlier list", parse("carol@example.org"), {"contact": {"email": "carol@example.org"}})
    take([one])
    assert relations(owner, one.person) == Relation.NOTICED.mask
