"""Test that an older store uses nothing, and is what it was once its journal is replayed."""

from datetime import date
from pathlib import Path
from uuid import UUID

import psycopg
import pytest
from django.conf import settings
from django.test import Client

from avow.accuracy.again.replay import replay
from avow.accuracy.forgotten.forget import forget
from avow.decision.request import Request
from avow.disclosure.processors.agree import end
from avow.errors import Denied, LedgerError, StoreError
from avow.gate.audience import audience
from avow.gate.clear import clear
from avow.gate.seen.run import run
from avow.ledger.sequencer import sequence
from avow.mail.mailing import expand, recent
from avow.mail.outbox import work
from avow.mail.stop import stop
from avow.record.agreed.agreement import find
from avow.record.agreed.seat import by_token as seat_by_token
from avow.record.agreed.seat import revoke as revoke_seat
from avow.record.agreed.seat import token
from avow.record.enriched.away import take_away
from avow.record.journal.keep import keep
from avow.record.key import NOBODY
from avow.record.known.address import parse
from avow.record.known.identity import end_address, prove
from avow.record.known.link import link, unlink
from avow.record.programs.acts import ProgramAct
from avow.record.programs.token import by_token, make, revoke
from avow.record.said.choices import Chosen, choose, state
from avow.record.taken.sheets.report import Report
from avow.record.taken.store import amend
from avow.record.upkeep import upkeep
from avow.store.journal.behind import behind
from avow.store.journal.head import head
from avow.store.server.embedded import Embedded
from avow.terms import Actor, Answer, Scope
from avow.uses.enrich import Order, enrich
from tests.units.accuracy.again.older import Older, older
from tests.units.accuracy.forgotten.conftest import Checked, checked, example, published
from tests.units.disclosure.cast import agreed, reader
from tests.units.mail.cast import OFFER
from tests.units.record.cast import NEWSLETTER, NO_MARKETING, YES_MARKETING, arrive, reach_of

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
    assert not list(recent())
    done = replay()
    assert done.entries > 80
    assert (done.corrections, done.erasures) == (8, 6)
    assert past.state() == state
    assert checked() == []
    assert keep()
    assert head().size > size
    assert len(clear(OFFERS, people).allowed) < len(people) - 10


def test_once_is_enough(store: Embedded, people: list[UUID], checked: Checked) -> None:
    """A second replay finds nothing to do, and a yes that was given after the first one stands."""
    past = older(store)
    stop([NO_MARKETING], "link", people[0], reach_of(name(0)))
    sequence()
    keep()
    past.back()
    assert replay().refusals == 1
    choose(YES_MARKETING, Actor.PERSON_VERIFIED, "signed in", people[0], reach_of(name(0)))
    assert len(clear(OFFERS, people[:1]).allowed) == 1
    assert replay().refusals == 0
    assert len(clear(OFFERS, people[:1]).allowed) == 1
    assert checked() == []


def test_what_was_before_is_not_done_again(store: Embedded, people: list[UUID]) -> None:
    """A refusal that its person took back before the copy was made stays taken back."""
    stop([NO_MARKETING], "link", people[0], reach_of(name(0)))
    choose(YES_MARKETING, Actor.PERSON_VERIFIED, "signed in", people[0], reach_of(name(0)))
    past = older(store)
    stop([NO_MARKETING], "link", people[1], reach_of(name(1)))
    sequence()
    keep()
    past.back()
    assert replay().refusals == 1
    assert [clearance.person for clearance in clear(OFFERS, people[:2]).allowed] == people[:1]


def test_what_was_acknowledged_and_never_published(store: Embedded, people: list[UUID], checked: Checked) -> None:
    """Whatever was lost before the sequencer came by is done again too, under entries of its own."""
    past = older(store)
    stop([NO_MARKETING], "link", people[0], reach_of(name(0)))
    amend(people[1], item_of(people[1], "profile"), {"name": "Corrected"})
    forget(people[2])
    state = past.state()
    past.back()
    done = replay()
    assert (done.entries, done.refusals, done.corrections, done.erasures) == (0, 1, 1, 1)
    assert masks(past.state()) == masks(state)
    assert checked() == []


def test_an_agreement_that_was_ended_stays_ended(store: Embedded, people: list[UUID], checked: Checked) -> None:
    """Whoever works for us reads nothing under an agreement that ended after the copy was made."""
    terms = agreed(purposes=("account",), categories=("contact",))
    by = reader(terms)
    past = older(store)
    assert len(run(by, "account", NOBODY).people) == len(people)
    end(terms.id, "the work is done")
    sequence()
    keep()
    past.back()
    assert replay().ends == 1
    assert find(terms.id).over
    with pytest.raises(Denied, match="not in force"):
        run(by, "account", NOBODY)
    assert replay().ends == 0
    assert checked() == []


def test_a_token_that_was_revoked_stays_revoked(store: Embedded, people: list[UUID], checked: Checked) -> None:
    """No backup brings a token back that was revoked since, of a program of ours or of who works for us."""
    assert people
    terms = agreed(purposes=("account",), categories=("contact",))
    ours, theirs = make("the press", "offers", [ProgramAct.DECIDE], 1, "test"), token(terms.id, "account", "theirs")
    past = older(store)
    opened, seat = by_token(ours), seat_by_token(theirs)
    assert opened
    assert seat
    revoke(opened.id)
    revoke_seat(seat.id)
    sequence()
    keep()
    past.back()
    assert by_token(ours)
    assert replay().ends == 2
    assert by_token(ours) is None
    assert seat_by_token(theirs) is None
    assert replay().ends == 0
    assert checked() == []


def test_facts_that_were_let_go_stay_away_and_nobody_is_erased(
    store: Embedded, people: list[UUID], checked: Checked, tmp_path: Path
) -> None:
    """Who let go what others said of them gets all else back with a copy, and not that."""
    choose(YES_MARKETING, Actor.PERSON_VERIFIED, "test", people[0])
    path = tmp_path / "facts.csv"
    path.write_text(f"email,fact\n{name(0)},fifty people\n")
    enrich(Order(path, "Acme Data", "a licence of one year", date(2026, 11, 1)), Report())
    past = older(store)
    assert take_away(people[0]) == 1
    sequence()
    keep()
    assert checked() == []
    state, _ = outcome(past)
    past.back()
    assert past.state() != state
    replay()
    assert past.state() == state
    assert checked() == []


def test_refusals_are_received_meanwhile(store: Embedded, people: list[UUID], checked: Checked) -> None:
    """An older store takes refusals and new people while nothing is used; all of it stands after the replay."""
    past = older(store)
    stop([NO_MARKETING], "link", people[0], reach_of(name(0)))
    sequence()
    keep()
    past.back()
    with psycopg.connect(store.url("avow_app", settings.DATABASES["default"]["NAME"]), autocommit=True) as found:
        assert "older" in str(behind(found))
    assert stop([NO_MARKETING], "link", people[1], reach_of(name(1))).number
    arrive("meanwhile@example.org")
    with pytest.raises(StoreError):
        clear(OFFERS, people)
    replay()
    assert {one.person for one in clear(OFFERS, people[:3]).allowed} == {people[2]}
    assert checked() == []


def test_pages_are_served_meanwhile(store: Embedded, people: list[UUID]) -> None:
    """An older store shows its policy, takes an address that says no, and says plainly where a page needs a use."""
    past = older(store)
    stop([NO_MARKETING], "link", people[0], reach_of(name(0)))
    sequence()
    keep()
    past.back()
    browser = Client(headers={"host": "localhost"})
    for path in ("/", "/policy/", "/register/", "/choices/", "/readyz", "/log/checkpoint"):
        assert browser.get(path).status_code == 200, path
    said = browser.post("/choices/", {"address": name(1), "stop": "marketing"})
    assert said.status_code == 200
    assert state(reach=reach_of(name(1))).refused & Scope.MARKETING.mask
    assert work() == 0
    assert browser.post("/signin/", {"address": name(2)}).status_code == 200
    with pytest.raises(StoreError, match="--replay"):
        work()


def test_another_history_is_not_put_back(store: Embedded, people: list[UUID]) -> None:
    """A store that wrote entries of its own under ids that were published is refused, and nothing changes."""
    past = older(store)
    stop([NO_MARKETING], "link", people[0], reach_of(name(0)))
    sequence()
    keep()
    past.back()
    arrive("forked@example.org")
    before = past.state()
    with pytest.raises(LedgerError, match="not the one that was published"):
        replay()
    assert past.state() == before
    with pytest.raises(StoreError):
        clear(OFFERS, people)


def test_a_stop_in_the_middle_changes_nothing(
    store: Embedded, people: list[UUID], checked: Checked, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Wherever it is interrupted, the state is the one before; done again, it is the one that was."""
    past = older(store)
    rights(people)
    sequence()
    keep()
    state = past.state()
    past.back()
    before = past.state()
    for stop_at in (1, 30, 50):

        def tick(done: int, _: int, stop_at: int = stop_at) -> None:
            if done == stop_at:
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            replay(tick)
        assert past.state() == before
        with pytest.raises(StoreError):
            clear(OFFERS, people)
    with monkeypatch.context() as patch:
        patch.setattr("avow.accuracy.again.replay.restored", interrupt)
        with pytest.raises(KeyboardInterrupt):
            replay()
    assert past.state() == before
    replay()
    assert past.state() == state
    assert checked() == []


def interrupt(*_: object) -> int:
    """End as if by the keyboard."""
    raise KeyboardInterrupt


def masks(state: dict[str, list[str]]) -> dict[str, list[str]]:
    """Leave out what new entries commit to."""
    return {table: rows for table, rows in state.items() if table != "item"}
