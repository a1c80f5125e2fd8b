"""Test retention: past its period nothing is released, and it is swept; who proved nothing is forgotten."""

from datetime import timedelta
from uuid import UUID

import psycopg
import pytest
from django.conf import settings

from avow.accuracy.forgotten.sweep import sweep, sweep_people
from avow.gate.account import account
from avow.gate.audience import members
from avow.gate.clear import clear
from avow.mail.outbox import work
from avow.policy.history import History
from avow.record.declare import using
from avow.record.known.address import parse
from avow.record.known.link import link
from avow.record.limits import allow
from avow.record.said.choices import state
from avow.store.server.embedded import Embedded
from avow.terms import Actor, ChannelKind, MessageKind, Scope
from tests.units.accuracy.forgotten.conftest import Checked
from tests.units.gate.cast import arrive as hand_in
from tests.units.gate.cast import request
from tests.units.mail.cast import by_name, offer
from tests.units.mail.conftest import Serve
from tests.units.record.cast import NEWSLETTER, NO_MARKETING, arrive

pytestmark = pytest.mark.usefixtures("published")
OFFER = MessageKind.MARKETING_OFFER


def end(owner: psycopg.Connection, person: UUID, category: str, seconds: int = 1) -> None:
    """Let the period of a person's items of a category end, some seconds ago."""
    owner.execute(
        "UPDATE item SET until = now() - make_interval(secs => %s) WHERE person_id = %s AND category = %s",
        [seconds, person, category],
    )


def age(owner: psycopg.Connection, days: int, *people: UUID) -> None:
    """Let people have come some days earlier; the ledger is not told, so what it covers must not be changed."""
    owner.execute("UPDATE person SET at = at - make_interval(days => %s) WHERE id = ANY(%s)", [days, list(people)])


def items(owner: psycopg.Connection, person: UUID) -> int:
    """Count the items of a person."""
    row = owner.execute("SELECT count(*) FROM item WHERE person_id = %s", [person]).fetchone()
    assert row is not None
    return int(row[0])


def known(owner: psycopg.Connection) -> set[UUID]:
    """Give who is known."""
    return {row[0] for row in owner.execute("SELECT id FROM person").fetchall()}


def test_past_its_period_nothing_is_released(published: History, owner: psycopg.Connection) -> None:
    """Before any sweep: the gate denies, the audience leaves out, and the database itself shows no row."""
    alice, bob = (arrive(f"{who}@example.org", proven=True) for who in ("alice", "bob"))
    version = published.policies[-1].front.version
    everything = (1 << 256) - 1
    end(owner, bob, "contact")
    asked = request(OFFER)
    cleared = clear(asked, [alice, bob])
    assert [one.person for one in cleared.allowed] == [alice]
    assert set(cleared.denied) == {bob}
    assert not cleared.unseen, "gate and guard look at the same instant"
    assert [person for page in members(asked) for person, _ in page] == [alice]
    assert account(asked).agrees
    with using(everything, 0, version) as cursor:
        cursor.execute("SELECT person_id, category FROM item")
        seen = set(cursor.fetchall())
    assert seen == {(alice, "contact"), (alice, "profile"), (bob, "profile")}


def test_what_still_has_time_is_released(owner: psycopg.Connection) -> None:
    """A period that ends in a moment has not ended."""
    bob = arrive("bob@example.org", proven=True)
    end(owner, bob, "contact", seconds=-60)
    assert len(clear(request(OFFER), [bob]).allowed) == 1
    assert sweep() == 0
    assert items(owner, bob) == 2


def test_a_mailing_under_way_stops_at_the_end_of_the_period(serve: Serve, owner: psycopg.Connection) -> None:
    """A copy that waits is denied when the address had its time meanwhile."""
    serve()
    bob = arrive("bob@example.org", proven=True)
    offer()
    end(owner, bob, "contact")
    work()
    assert by_name({"bob": bob}, owner) == {"bob": "denied"}


def test_the_sweep_forgets_and_the_ledger_agrees(checked: Checked, owner: psycopg.Connection) -> None:
    """What had its time is gone, the rest stays, and an entry *forgotten* names each leaf; twice changes nothing."""
    people = [hand_in(f"p{i}@example.org", by=ChannelKind.INQUIRY) for i in range(3)]
    for person in people[:2]:
        end(owner, person, "inquiry")
    assert checked() == []
    assert sweep() == 2
    assert [items(owner, person) for person in people] == [2, 2, 3]
    assert checked() == []
    entries = owner.execute("SELECT count(*) FROM entry WHERE kind = 'forgotten'").fetchone()
    assert entries == (1,), "one entry a batch"
    assert sweep() == 0
    assert owner.execute("SELECT count(*) FROM entry WHERE kind = 'forgotten'").fetchone() == entries


def test_a_legal_hold_stops_the_sweep(owner: psycopg.Connection) -> None:
    """What is under a hold is not deleted, and not released for anything optional either."""
    bob = arrive("bob@example.org", proven=True)
    end(owner, bob, "contact")
    owner.execute("UPDATE item SET refused = refused | %s::bit(256)", [format(Scope.HELD.mask, "0256b")])
    assert sweep() == 0
    assert items(owner, bob) == 2
    assert not clear(request(OFFER), [bob]).allowed


def test_the_sweep_goes_by_its_index(owner: psycopg.Connection) -> None:
    """What is late is found by an index of what has an end, however much is kept."""
    arrive("bob@example.org")
    owner.execute("SET enable_seqscan = off")
    plan = owner.execute("EXPLAIN SELECT person_id FROM item WHERE until <= now() ORDER BY until LIMIT 5").fetchall()
    assert any("item_until" in row[0] for row in plan), plan


def test_who_proved_nothing_is_forgotten(checked: Checked, owner: psycopg.Connection) -> None:
    """After the days set: the data goes, the refusal stays at the mailbox, a yes that waited is void."""
    bob = arrive("bob@example.org", NEWSLETTER, NO_MARKETING)
    young = arrive("young@example.org", NEWSLETTER)
    proven = arrive("proven@example.org", proven=True)
    came = [bob, proven]
    owner.execute("UPDATE item SET at = at - interval '31 days' WHERE person_id = ANY(%s)", [came])
    age(owner, 31, *came)
    assert sweep_people() == 1
    assert known(owner) == {young, proven}
    assert not [line for line in checked() if "choice" in line or "commitment" in line]
    again = arrive("bob@example.org")
    assert state(again).refused & Scope.MARKETING.mask
    assert not state(again, parse("bob@example.org").reach_id).pending
    assert sweep_people() == 0


def test_who_has_another_reason_to_stay_stays(owner: psycopg.Connection) -> None:
    """Unproven, but an order, a link, something given lately, or a hold: not forgotten."""
    ordered = hand_in("ordered@example.org", by=ChannelKind.ORDER)
    first, second = arrive("one@example.org"), arrive("two@example.org")
    link(first, second, Actor.STAFF)
    lately, held = arrive("lately@example.org"), arrive("held@example.org")
    owner.execute("UPDATE item SET at = at - interval '31 days' WHERE person_id <> %s", [lately])
    owner.execute(
        "UPDATE item SET refused = refused | %s::bit(256) WHERE person_id = %s",
        [format(Scope.HELD.mask, "0256b"), held],
    )
    came = {ordered, first, second, lately, held}
    age(owner, 31, *came)
    assert sweep_people() == 0
    assert known(owner) == came


def test_of_whom_nothing_is_left_is_forgotten(checked: Checked, owner: psycopg.Connection) -> None:
    """When the last item had its time, whose it was goes too; a newcomer without items stays a while."""
    bob = arrive("bob@example.org", proven=True)
    end(owner, bob, "contact")
    end(owner, bob, "profile")
    assert sweep() == 2
    assert sweep_people() == 0, "not before the days set"
    age(owner, 31, bob)
    assert sweep_people() == 1
    assert known(owner) == set()
    assert checked() == []


def test_whoever_is_just_acting_is_left_alone(store: Embedded, owner: psycopg.Connection) -> None:
    """Who is locked by an act under way (a proof, an amendment) waits for a later sweep; no one waits for the other."""
    bob, eve = arrive("bob@example.org"), arrive("eve@example.org")
    for person in (bob, eve):
        end(owner, person, "profile")
    owner.execute("UPDATE item SET at = at - interval '31 days'")
    age(owner, 31, bob, eve)
    with psycopg.connect(store.url("avow_owner", settings.DATABASES["default"]["NAME"])) as other:
        other.execute("SELECT 1 FROM person WHERE id = %s FOR NO KEY UPDATE", [bob])
        assert (sweep(), sweep_people()) == (1, 1)
        assert known(owner) == {bob}
        other.execute("UPDATE address SET verified = now() WHERE person_id = %s", [bob])
    assert (sweep(), sweep_people()) == (1, 0)
    assert known(owner) == {bob}


def test_counts_of_attempts_are_swept(owner: psycopg.Connection) -> None:
    """A count whose window has passed goes."""
    allow("knock", 1, timedelta(microseconds=1))
    assert sweep() == 1
    assert owner.execute("SELECT count(*) FROM attempt").fetchone() == (0,)
