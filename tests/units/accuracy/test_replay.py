"""Test that an older store uses nothing, and is what it was once its journal is replayed."""

from uuid import UUID

import pytest

from avow.accuracy.forgotten.forget import forget
from avow.accuracy.replay import replay
from avow.decision.request import Request
from avow.errors import StoreError
from avow.gate.audience import audience
from avow.gate.clear import clear
from avow.ledger.sequencer import sequence
from avow.mail.mailing import expand
from avow.mail.stop import stop
from avow.record.journal.keep import keep
from avow.record.known.address import parse
from avow.record.known.identity import end_address, prove
from avow.record.known.link import link, unlink
from avow.record.said.choices import Chosen, choose
from avow.record.taken.store import amend
from avow.record.upkeep import upkeep
from avow.store.journal.head import head
from avow.store.server.embedded import Embedded
from avow.terms import Actor, Answer, Scope
from tests.units.accuracy.forgotten.conftest import Checked, checked, example, published
from tests.units.accuracy.older import Older, older
from tests.units.mail.cast import OFFER
from tests.units.record.cast import NEWSLETTER, NO_MARKETING, arrive, reach_of

__all__ = ["checked", "example", "published"]
pytestmark = pytest.mark.usefixtures("published")
OFFERS = Request("offers", frozenset({"contact"}))


def name(number: int) -> str:
    """Give an invented address."""
    return f"person{number}@example.org"


@pytest.fixture
def people(store: Embedded) -> list[UUID]:
    """Let forty people register, prove their address, and be published in the ledger and the journal."""
    assert store.exists
    found = [arrive(name(number), NEWSLETTER, proven=True) for number in range(40)]
    sequence()
    keep()
    return found


def item_of(person: UUID, category: str) -> UUID:
    """Give a person's one item of a category."""
    with upkeep() as cursor:
        cursor.execute("SELECT id FROM item WHERE person_id = %s AND category = %s", [person, category])
        ((item,),) = cursor.fetchall()
    return UUID(str(item))


def rights(people: list[UUID]) -> None:
    """Exercise a hundred rights of every sort, of known and unknown people."""
    scopes = [Scope.MARKETING, Scope.OPTIONAL, Scope.INSIGHT, Scope.DISCLOSURE]
    link(people[30], people[31], Actor.STAFF)
    link(people[32], people[33], Actor.STAFF)
    for number in range(10):
        stop([Chosen(Answer.NO, scope=scopes[number % 4])], "link", people[number], reach_of(name(number)))
        stop([Chosen(Answer.NO, scope=scopes[number % 4])], "page", None, reach_of(f"unknown{number}@example.net"))
        stop([Chosen(Answer.NO, list="newsletter")], "one-click", people[10 + number], reach_of(name(10 + number)))
        stop([Chosen(Answer.NO, topic="versions")], "page", None, reach_of(f"topic{number}@example.net"))
        stop([Chosen(Answer.NO, purpose="newsletter")], "page", people[20], reach_of(name(20)))
        choose(NO_MARKETING, Actor.STAFF, "telephone", people[30])
        arrive(f"newcomer{number}@example.com", NO_MARKETING)
    unlink(people[32], people[33])
    for number in range(21, 26):
        forget(people[number])
    for number in range(26, 30):
        item = item_of(people[number], "profile")
        amend(people[number], item, {"name": f"Corrected {number}"})
        amend(people[number], item, {"name": f"Corrected twice {number}"})
    forget(people[26])
    amend(people[27], item_of(people[27], "contact"), {"email": "moved@example.org"})
    prove(people[27], parse("moved@example.org").exact_id, "codes")
    end_address(people[27], parse(name(27)).exact_id)
    stop([NO_MARKETING], "page", None, reach_of("moved@example.org"))


def outcome(past: Older) -> tuple[dict[str, list[str]], int]:
    """Give the state and the size of what was published."""
    return past.state(), head().size


def test_an_older_store_is_what_it_was(store: Embedded, people: list[UUID], checked: Checked) -> None:
    """A hundred rights after the copy: nothing is used until they are replayed, then the state is equal."""
    past = older(store)
    rights(people)
    sequence()
    keep()
    assert checked() == []
    keep()
    state, size = outcome(past)
    past.back()
    assert past.state() != state
    for use in (
        lambda: clear(OFFERS, people),
        lambda: list(audience(OFFERS)),
        lambda: expand("offers", OFFER),
        sequence,
    ):
        with pytest.raises(StoreError, match="avow restore --replay"):
            use()
    done = replay()
    assert done.entries > 80
    assert (done.corrections, done.erasures) == (8, 6)
    assert past.state() == state
    assert checked() == []
    assert keep()
    assert head().size > size
    assert len(clear(OFFERS, people).allowed) < len(people) - 10
