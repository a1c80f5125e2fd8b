"""The laws of a clock that goes backwards: numbers order acts, nothing is loosened, nothing is lost."""

import time
from datetime import datetime, timedelta, tzinfo
from types import ModuleType

import psycopg
import pytest

from avow.accuracy.forgotten.sweep import sweep, sweep_people
from avow.errors import TokenError
from avow.gate.clear import clear
from avow.policy.folder import load
from avow.policy.history import History
from avow.record import token
from avow.record.declare import using
from avow.record.key import new_key
from avow.record.known import forget, link
from avow.record.known import sweep as swept
from avow.record.known.address import parse
from avow.record.known.identity import add_address, new_code, use_code, verify
from avow.record.said import choices
from avow.record.said.choices import choose, state
from avow.record.shown.versions import in_force, publish
from avow.record.taken import store as taken
from avow.store.server.embedded import Embedded
from avow.terms import Actor, MessageKind, Scope
from tests.units.accuracy.forgotten.conftest import Checked, checked
from tests.units.gate.cast import request
from tests.units.record.cast import NEWSLETTER, NO_MARKETING, YES_MARKETING, arrive, reach_of

__all__ = ["checked"]
_BACK = timedelta(hours=3)
_OFFER = MessageKind.MARKETING_OFFER


class Late(datetime):
    """A clock that was put back by three hours."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> "Late":
        """Give the wrong time."""
        return cls.fromtimestamp((datetime.now(tz) - _BACK).timestamp(), tz)


@pytest.fixture
def published(store: Embedded) -> History:
    """Publish the example policy."""
    assert store.folder.exists()
    found = load("policies/example")
    publish(found)
    return found


def put_back(patch: pytest.MonkeyPatch, *modules: ModuleType) -> None:
    """Put the clock back for all who write acts."""
    for module in modules or (choices, taken, link, forget, swept):
        patch.setattr(module, "datetime", Late)


@pytest.mark.usefixtures("published")
def test_a_later_no_wins_whatever_the_clock_says(monkeypatch: pytest.MonkeyPatch, checked: Checked) -> None:
    """A no that comes after a verified yes holds, though its time is before; and a yes after that ends it."""
    bob = arrive("bob@example.org", proven=True)
    where = reach_of("bob@example.org")
    choose(YES_MARKETING, Actor.PERSON_VERIFIED, "signed in", bob, where)
    put_back(monkeypatch)
    choose(NO_MARKETING, Actor.PERSON_UNVERIFIED, "link", bob, where)
    assert state(bob).refused & Scope.MARKETING.mask
    assert not clear(request(_OFFER), [bob]).allowed
    choose(YES_MARKETING, Actor.PERSON_VERIFIED, "signed in", bob, where)
    assert clear(request(_OFFER), [bob]).allowed
    assert checked() == []


@pytest.mark.usefixtures("published")
def test_a_yes_that_waited_does_not_overtake_a_no(monkeypatch: pytest.MonkeyPatch) -> None:
    """A no said at a time before the yes that waits for proof still ends it."""
    bob = arrive("bob@example.org", NEWSLETTER)
    put_back(monkeypatch)
    choose(choices.Chosen(NO_MARKETING.answer, list="newsletter"), Actor.PERSON_UNVERIFIED, "typed", bob)
    verify(bob, parse("bob@example.org").exact_id, "link")
    assert state(bob).joined == frozenset()
    assert state(bob).left >= {"newsletter"}


@pytest.mark.usefixtures("published")
def test_merge_amend_and_forget_agree(
    monkeypatch: pytest.MonkeyPatch, owner: psycopg.Connection, checked: Checked
) -> None:
    """Acts whose time is before that of what they act on leave a ledger that agrees."""
    bob, twin = arrive("bob@example.org", proven=True), arrive("twin@example.net", proven=True)
    link.link(bob, twin, Actor.STAFF)
    put_back(monkeypatch)
    item = owner.execute("SELECT id FROM item WHERE person_id = %s AND category = 'profile'", [bob]).fetchone()
    assert item is not None
    taken.amend(bob, item[0], {"name": "Robert"})
    link.unlink(bob, twin)
    add_address(twin, parse("second@example.net"))
    forget.forget(bob)
    assert checked() == []


def test_no_version_but_the_one_in_force(published: History, owner: psycopg.Connection) -> None:
    """A process whose clock says that a version is in force, while the database's says it is not yet, sees nothing."""
    arrive("bob@example.org", proven=True)
    everything, version = (1 << 256) - 1, in_force().front.version
    with using(everything, 0, version) as cursor:
        cursor.execute("SELECT count(*) FROM item")
        assert cursor.fetchone()[0] == 2
    owner.execute("ALTER TABLE version DISABLE TRIGGER USER")
    owner.execute("UPDATE version SET effective = now() + interval '1 hour' WHERE name = %s", [version])
    assert in_force().front.version == version, "this process has not noticed"
    bob = owner.execute("SELECT id FROM person").fetchone()
    assert bob is not None
    cleared = clear(request(_OFFER), [bob[0]])
    assert not cleared.allowed
    assert cleared.unseen == {bob[0]}
    assert published.policies


@pytest.mark.usefixtures("published")
def test_nothing_is_swept_before_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """A clock that is late forgets later, never earlier."""
    arrive("bob@example.org")
    put_back(monkeypatch)
    assert sweep() == 0
    assert sweep_people() == 0


@pytest.mark.usefixtures("published")
def test_codes_and_links_are_good_no_longer_than_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A code is used once whatever the clock says; a link that seems to come from the future is ours all the same."""
    bob = arrive("bob@example.org", proven=True)
    code, digits = new_code(bob, parse("bob@example.org").exact_id, "signin", timedelta(minutes=10))
    made = token.seal("act", "part")
    real = time.time
    monkeypatch.setattr(time, "time", lambda: real() - _BACK.total_seconds())
    assert token.unseal("act", made, timedelta(minutes=1)) == ("part",)
    assert use_code(code, digits, "signin")[0] == bob
    with pytest.raises(TokenError):
        use_code(code, digits, "signin")


def test_keys_do_not_repeat() -> None:
    """Keys made in one millisecond, or in one that comes twice, differ: 74 bits of each are chance."""
    made = {new_key() for _ in range(10_000)}
    assert len(made) == 10_000
