"""Test who is left out of what goes outside: each under one reason, the first that holds, and of one alike."""

from uuid import UUID

import psycopg
import pytest

from avow.decision.request import Request
from avow.gate.seen import left_out as told
from avow.gate.seen.left_out import left_out, left_out_one
from avow.policy.history import History
from avow.record.mask import to_bits
from avow.record.said.choices import choose
from avow.record.said.chosen import Chosen
from avow.terms import Actor, Answer, RecipientClass, Scope
from tests.units.disclosure.giving import acme, says
from tests.units.gate.cast import arrive, prove
from tests.units.gate.conftest import published
from tests.units.record.cast import reach_of

__all__ = ["published"]
ASKED = Request("outside-marketing", frozenset({"contact", "profile"}), RecipientClass.OUTSIDE)
NO_DISCLOSURE = Chosen(Answer.NO, scope=Scope.DISCLOSURE)
SILENT = "never said yes to this organization by its name"


@pytest.fixture
def people(published: History, owner: psycopg.Connection) -> dict[str, UUID]:
    """Give somebody for each reason, and somebody who is given."""
    assert published.policies
    acme()
    owner.execute("ALTER TABLE item NO FORCE ROW LEVEL SECURITY")
    names = ("given", "silent", "back", "refuses", "barred", "newer", "nothing", "twice", "bounced")
    found = {name: arrive(f"{name}@example.org") for name in names}
    for name, person in found.items():
        prove(person, f"{name}@example.org")
    for name in names:
        if name != "silent":
            says(Answer.YES, found[name], f"{name}@example.org")
    says(Answer.NO, found["back"], "back@example.org")
    choose(NO_DISCLOSURE, Actor.PERSON_VERIFIED, "page", found["refuses"], reach_of("refuses@example.org"))
    held = Chosen(Answer.NO, scope=Scope.HELD)
    choose(held, Actor.SYSTEM, "order", found["barred"], reach_of("barred@example.org"))
    choose(Chosen(Answer.NO, scope=Scope.BOUNCED), Actor.SYSTEM, "550", reach=reach_of("bounced@example.org"))
    owner.execute("DELETE FROM item WHERE person_id = %s", [found["nothing"]])
    owner.execute("UPDATE item SET accepted = 0::bit(256) WHERE person_id = %s", [found["newer"]])
    for address in ("twice@example.net", "newer@example.net"):
        name = address.partition("@")[0]
        arrive(address, person=found[name], named=False)
        prove(found[name], address)
    owner.execute(
        "UPDATE item SET refused = refused | %s::bit(256) WHERE reach_id = %s",
        [to_bits(Scope.CONTESTED.mask), reach_of("newer@example.org")],
    )
    return found


def test_each_is_left_out_for_one_reason(people: dict[str, UUID]) -> None:
    """Who can be given by one address is given; who cannot by any is counted once, under the first reason."""
    found = left_out(ASKED, "to.acme")
    assert (found.allowed, list(found.reasons.items())) == (
        2,
        [
            ("refuses that anything is given to others", 1),
            ("said no to this organization, or took the yes back", 1),
            (SILENT, 1),
            ("nothing of theirs is used for now", 3),
            ("gave nothing that would go out", 1),
        ],
    )
    assert found.allowed + sum(found.reasons.values()) == len(people)


def test_of_one_it_says_the_same(people: dict[str, UUID]) -> None:
    """Person by person each has the reason under which they were counted."""
    assert {name: left_out_one(ASKED, "to.acme", person) for name, person in people.items()} == {
        "given": "",
        "twice": "",
        "refuses": "refuses that anything is given to others",
        "back": "said no to this organization, or took the yes back",
        "silent": SILENT,
        "barred": "nothing of theirs is used for now",
        "bounced": "nothing of theirs is used for now",
        "newer": "nothing of theirs is used for now",
        "nothing": "gave nothing that would go out",
    }


def test_who_gave_it_after_the_yes_is_not_given(people: dict[str, UUID], owner: psycopg.Connection) -> None:
    """An address that came after the yes was not part of it; nothing else is wrong with it."""
    owner.execute("DELETE FROM item WHERE reach_id = %s", [reach_of("newer@example.org")])
    assert left_out_one(ASKED, "to.acme", people["newer"]) == told.NEWER
    assert (
        left_out(ASKED, "to.acme").reasons["gave what would go out after the yes, or was never told of this use"] == 1
    )
