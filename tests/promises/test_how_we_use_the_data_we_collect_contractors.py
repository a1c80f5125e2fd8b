"""Prove what the policy says of those who work for us: bound on paper and in fact, to their task, while it lasts."""

from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
from django.test import Client

from avow.accuracy.copy.copy import copy
from avow.disclosure.processors.agree import end, give_back
from avow.disclosure.processors.enter import account, revoke, token
from avow.errors import ConfigError, Denied, RecordError
from avow.gate.seen.read import look_up, read_all
from avow.gate.seen.run import run
from avow.page.site import policy
from avow.page.staff.accounts import give, remove, reset
from avow.page.staff.models import Staff
from avow.policy.proof.keeps import proves
from avow.record.agreed.agreement import find
from avow.record.agreed.seat import seats_of
from avow.record.key import NOBODY
from avow.store.server.embedded import Embedded
from avow.terms import ChannelKind, Promise, Role
from tests.journeys.invited import ALICE, MARKS, gave, invite
from tests.promises.conftest import Site, person_at
from tests.units.disclosure.cast import PRINT, agreed, as_processor, ask, given, reader
from tests.units.page.staff.cast import at_desk, seated

pytestmark = pytest.mark.usefixtures("site")

ALL = "SELECT person_id, category, fields::text FROM item"


def marks(told: Any) -> set[str]:
    """Give the kinds of data whose marks stand anywhere in what was told."""
    return {kind for kind, mark in MARKS.items() if mark in str(told)}


@proves(Promise.PROCESSORS_BOUND, "S20")
def test_contractors_see_what_their_service_needs_and_nothing_else() -> None:
    """A printer who fills orders reads the order and where it goes; nothing that the agreement does not name."""
    invite()
    agreed()
    status, told = ask(given(PRINT))
    assert status == 200
    assert marks(told) == {"order"}
    (one,) = told["people"]
    assert one["person"] == str(person_at(ALICE))
    assert {item["category"] for item in one["items"]} == {"contact", "order"}
    assert "Alice Everywhere" not in str(told), "the name is in the profile, which was not agreed"
    assert marks(read_all(reader(PRINT), "orders", person_at(ALICE))) == {"order"}


@proves(Promise.PROCESSORS_BOUND, "S20")
def test_contractors_use_it_for_no_other_purpose(store: Embedded) -> None:
    """Nothing is seen for a purpose outside the agreement: by a token, at the desk, nor by raw SQL under their role."""
    invite()
    agreed()
    by, alice = reader(PRINT), person_at(ALICE)
    assert ask(given(PRINT))[1]["people"]
    status, told = ask(given(PRINT), **{"for": "support"})
    assert (status, marks(told), "people" in told) == (403, set(), False)
    for purpose in ("support", "offers", "inquiry", "no such"):
        with pytest.raises(RecordError, match="is not for"):
            token(PRINT.id, purpose, "the press")
        for look in (lambda: run(by, purpose, NOBODY), lambda: read_all(by, purpose, alice)):  # noqa: B023 -- called at once
            with pytest.raises(Denied, match="is not for"):
                look()
    for purpose, seen in (("orders", True), ("support", False), ("inquiry", False)):
        with as_processor(store, PRINT.id, purpose) as app:
            assert bool(app.execute(ALL).fetchall()) is seen, purpose


@proves(Promise.PROCESSORS_BOUND, "S20")
def test_a_person_who_may_not_be_used_is_not_seen_by_contractors_either() -> None:
    """Who never ordered is not read for orders, however much the agreement names."""
    gave("bob@example.net", ChannelKind.REGISTRATION, "Bob")
    agreed(categories=("contact", "profile", "order"))
    assert ask(given(PRINT))[1]["people"] == []
    gave("carol@example.net", ChannelKind.ORDER, "Carol")
    assert [one["person"] for one in ask(given(PRINT))[1]["people"]] == [str(person_at("carol@example.net"))]


@proves(Promise.PROCESSORS_BOUND, "S20")
def test_nothing_is_seen_once_the_agreement_ends(store: Embedded) -> None:
    """In the middle of a run, by token, account, search and raw SQL alike: zero fields from the end on."""
    for n in range(5):
        gave(f"p{n}@example.org", ChannelKind.ORDER, f"Person {n}")
    agreed()
    header, by, somebody = given(PRINT), reader(PRINT), person_at("p0@example.org")
    first = run(by, "orders", NOBODY, 2)
    assert len(first.people) == 2
    assert first.after is not None
    assert ask(header, first.after)[1]["people"]
    assert len(look_up(by, "orders", "p0@example.org").people) + 1
    assert read_all(by, "orders", somebody)
    with as_processor(store, PRINT.id) as app:
        assert len(app.execute(ALL).fetchall()) == 10
        end(PRINT.id, "the work is done")
        assert app.execute(ALL).fetchall() == [], "the connection is the same, and so is what it declared"
    status, told = ask(header, first.after)
    assert (status, "people" in told) == (403, False)
    assert "Person" not in str(told)
    for look in (
        lambda: run(by, "orders", first.after, 2),
        lambda: look_up(by, "orders", "person"),
        lambda: read_all(by, "orders", somebody),
    ):
        with pytest.raises(Denied, match="not in force"):
            look()
    with pytest.raises(RecordError, match="has ended"):
        token(PRINT.id, "orders", "another")


@proves(Promise.PROCESSORS_BOUND, "S20")
def test_nothing_is_seen_before_it_begins_or_after_its_day(store: Embedded, owner: psycopg.Connection) -> None:
    """The database's own clock decides, in each statement; so does what the agreement names of kinds of data."""
    invite()
    now = datetime.now(UTC)
    agreed(begins=now + timedelta(days=1), ends=now + timedelta(days=2))
    assert ask(given(PRINT))[0] == 403
    later = now + timedelta(hours=1)
    for begins, ends, seen in (
        (now, later, {"contact", "order"}),
        (now - timedelta(2), now, set()),
        (later, None, set()),
    ):
        owner.execute("ALTER TABLE agreement DISABLE TRIGGER only_end")
        owner.execute("UPDATE agreement SET begins = %s, ends = %s", [begins, ends])
        with as_processor(store, PRINT.id) as app:
            assert {category for _, category, _ in app.execute(ALL).fetchall()} == seen
    owner.execute("UPDATE agreement SET begins = %s", [now])
    for words in ({"agreement": ""}, {"agreement": "another"}, {"version": "v0"}, {"use": ""}):
        with as_processor(store, PRINT.id, **words) as app:
            assert app.execute(ALL).fetchall() == [], words
    with as_processor(store, PRINT.id) as app:
        for statement in ("SELECT * FROM person", "SELECT * FROM reading", "DELETE FROM item", "SELECT * FROM seat"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege), app.transaction():
                app.execute(statement)


@proves(Promise.PROCESSORS_BOUND, "S20")
def test_contractors_are_bound_on_paper() -> None:
    """An agreement that is unclear, overlaps, has ended, or names what the policy does not state, is refused."""
    agreed()
    now = datetime.now(UTC)
    refused: dict[str, dict[str, Any]] = {
        "there is an agreement": {"organization": "Another"},
        "has an agreement for this at that time: print-2026": {"id": "b", "organization": "tidewater  PRINT, inc."},
        "ended on": {"id": "b", "organization": "B", "ends": now - timedelta(days=1)},
        "ends after it begins": {"id": "b", "begins": now, "ends": now - timedelta(days=1)},
        "states no purpose 'profit'": {"id": "b", "purposes": ("profit",)},
        "towards company alone": {"id": "b", "purposes": ("offers",)},
        "needs a purpose": {"id": "b", "purposes": ()},
        "knows no kind of data 'health'": {"id": "b", "categories": ("health",)},
        "is about 'support'": {"id": "b", "categories": ("support",)},
        "needs the kinds of data": {"id": "b", "categories": ()},
        "a word on confidentiality": {"id": "b", "confidentiality": " "},
        "needs an organization": {"id": "b", "organization": " "},
        "is no name": {"id": "B b"},
    }
    for wrong, changed in refused.items():
        with pytest.raises(RecordError, match=wrong):
            agreed(**changed)
    agreed(id="b", purposes=("support",), categories=("support",))
    end(PRINT.id, "the work is done")
    agreed(id="print-2027", begins=datetime.now(UTC))
    with pytest.raises(RecordError, match="has not ended"):
        give_back("print-2027", "deleted")
    give_back(PRINT.id, "deleted, certificate of 5 May")
    assert find(PRINT.id).returned == "deleted, certificate of 5 May"
    for again in (lambda: end(PRINT.id, "again"), lambda: give_back(PRINT.id, "again")):
        with pytest.raises(RecordError):
            again()


@proves(Promise.PROCESSORS_BOUND, "S20")
def test_an_account_of_a_contractor_opens_its_own_desk_alone() -> None:
    """Who works for a processor reads under the agreement, and finds every other page of the desk closed."""
    invite()
    agreed()
    link = account(PRINT.id, "petra@example.net", "Petra Printer")
    assert "/desk/welcome/" in link
    petra = Staff.objects.get(email="petra@example.net")
    page = seated(Client(headers={"host": "localhost"}), petra)
    everybody = page.get("/desk/agreed/").content.decode()
    assert marks(everybody) == {"order"}
    assert "Tidewater Print" in everybody
    assert marks(page.get(f"/desk/agreed/{person_at(ALICE)}/?for=orders").content) == {"order"}
    assert ALICE in page.post("/desk/", {"for": "orders", "text": ALICE}).content.decode()
    for path in (
        "people/{}/",
        "stop/",
        "attest/",
        "reads/",
        "ledger/",
        "policy/",
        "health/",
        "letters/",
        "processors/",
    ):
        assert page.get("/desk/" + path.format(person_at(ALICE))).status_code == 403, path
    for role in Role:
        with pytest.raises(ConfigError):
            give("petra@example.net", [role])
    remove("petra@example.net")
    assert page.get("/desk/agreed/").status_code == 302
    reset("petra@example.net")
    petra.refresh_from_db()
    assert petra.roles == (Role.PROCESSOR,)
    page = seated(Client(headers={"host": "localhost"}), petra)
    ours, _ = at_desk(Role.ORDERS, Role.PRIVACY_OFFICER)
    assert ours.get("/desk/agreed/").status_code == 403
    end(PRINT.id, "the work is done")
    for path in ("", "agreed/", f"agreed/{person_at(ALICE)}/?for=orders"):
        told = page.get(f"/desk/{path}").content.decode()
        assert not marks(told)
        assert ALICE not in told


@proves(Promise.PROCESSORS_BOUND, "S20")
def test_contractors_who_see_no_addresses_cannot_try_them() -> None:
    """Whose agreement names no address finds nobody by one, and so learns of nobody what they ordered."""
    invite()
    agreed(categories=("order",))
    account(PRINT.id, "petra@example.net", "Petra Printer")
    page = seated(Client(headers={"host": "localhost"}), Staff.objects.get(email="petra@example.net"))
    assert marks(page.get("/desk/agreed/").content) == {"order"}
    told = page.post("/desk/", {"for": "orders", "text": ALICE}).content.decode()
    assert str(person_at(ALICE)) not in told


@proves(Promise.PROCESSORS_BOUND, "S32")
def test_shared_with_contractors_for_services_to_us_and_told_to_the_person(site: Site) -> None:
    """Each reading stands in the ledger, and the person sees the organization's name beside what it read."""
    alice = site.register(ALICE)
    gave(ALICE, ChannelKind.ORDER, "Alice", alice)
    agreed()
    status, told = ask(given(PRINT))
    assert status == 200
    assert told["entry"]
    site.sign_in(ALICE)
    page = site.browser.get("/me/reads/").content.decode()
    assert "Tidewater Print, Inc., which works for us" in page
    assert policy().purposes["orders"].title in page
    (line,) = copy(alice, opened=True).reads
    assert line.what.startswith("Tidewater Print, Inc., for Orders")


@proves(Promise.PROCESSORS_BOUND, "S32")
def test_a_token_that_was_revoked_or_never_ours_opens_nothing() -> None:
    """Without a token, with another's, or with one that was revoked: no field of anybody."""
    invite()
    agreed()
    header = given(PRINT)
    assert ask(header)[1]["people"]
    for wrong in ({}, {"Authorization": "Bearer "}, {"Authorization": "Bearer x"}, {"Authorization": "Basic eDp5"}):
        status, told = ask(wrong)
        assert (status, "people" in told) == (401, False)
    (seat,) = seats_of(PRINT.id)
    revoke(seat.id)
    assert ask(header)[0] == 401
    with pytest.raises(RecordError):
        revoke(seat.id)
    other = given(PRINT)
    assert ask(other, "no id")[0] == 400
    assert Client(headers={"host": "localhost"}).post("/processor/", headers=dict(other)).status_code == 405
