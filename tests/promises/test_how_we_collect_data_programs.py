"""Prove that what other systems and programs hand in is collected and seen as the policy says, and no other way."""

import base64
import hashlib
import hmac
import json
import time
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest
from django.db import connection
from django.test import Client

from avow.collection.connectors.declare import declare, show_words
from avow.collection.connectors.signed import sign, standard
from avow.errors import CollectionError, RecordError
from avow.mail.stop import apply
from avow.page.site import policy
from avow.policy.proof.keeps import proves
from avow.policy.shown.notice import notice
from avow.policy.wish import Wish
from avow.record.known.address import parse
from avow.record.known.identity import persons_at
from avow.record.own.opened import kept_of
from avow.record.petitions.petition import Said, petition
from avow.record.programs.acts import ConnectorKind, ProgramAct
from avow.record.programs.connector import Counts, connector, new_secret, retire, rotate
from avow.record.said.choices import Chosen, choose, state
from avow.record.shown.notice import show
from avow.record.taken.bulk import Arrival, take
from avow.store.server.embedded import Embedded
from avow.store.spool import drain, waiting
from avow.terms import Actor, Answer, ChannelKind, Promise, Role, Scope
from tests.journeys.invited import ALICE, MARKS, invite
from tests.promises.conftest import Site, person_at
from tests.units.api.cast import asked, token, whole
from tests.units.collection.cast import count
from tests.units.page.staff.cast import at_desk
from tests.units.store.away import answering

pytestmark = pytest.mark.usefixtures("site")

SHOP = "shpss_an_invented_secret"
BOB = "bob@example.org"
FIELDS = {"order.product": "Pier", "order.number": "2", "order.billing": "1 Road"}
STAMPED = "SELECT s.purposes, s.notice IS NOT NULL FROM stamp s"


def till() -> str:
    """Declare the connector of a till, and give its secret."""
    secret = new_secret()
    declare("till", ConnectorKind.STANDARD, ChannelKind.ORDER, [], "newsletter", secret)
    return secret


def told(number: str = "A-1", **more: Any) -> bytes:
    """Write an order as a till tells it."""
    at = datetime.now(UTC).isoformat()
    return json.dumps({"id": number, "occurred_at": at, "email": BOB, "fields": FIELDS, **more}).encode()


def delivered(secret: str, body: bytes, id_: str = "msg_1", at: int | None = None) -> tuple[int, dict[str, Any]]:
    """Deliver what a till signs."""
    now = int(time.time()) if at is None else at
    heads = {"webhook-id": id_, "webhook-timestamp": str(now), "webhook-signature": sign(id_, now, body, secret)}
    status, answer, _ = whole("", "POST", "/in/till", body, **heads)
    return status, answer


def sold(number: int = 1, state_: str = "", at: str | None = None, **more: Any) -> bytes:
    """Write an order as Shopify tells it, with much that no policy declares."""
    place = {"name": "Bob Buyer", "address1": "1 Road", "zip": "12345", "city": "Haven", "country": "Norway"}
    consent = {"state": state_, "opt_in_level": "single_opt_in", "consent_updated_at": at} if state_ else None
    return json.dumps(
        {
            "id": number,
            "name": f"#{number}",
            "created_at": datetime.now(UTC).isoformat(),
            "email": BOB,
            "browser_ip": "CANARY-IP",
            "client_details": {"user_agent": "CANARY-AGENT"},
            "token": "CANARY-TOKEN",
            "customer": {"first_name": "Bob", "orders_count": 7, "email_marketing_consent": consent},
            "billing_address": place,
            "line_items": [{"title": "Pier", "quantity": 2, "sku": "CANARY-SKU"}],
            **more,
        }
    ).encode()


def shop(body: bytes, secret: str = SHOP, topic: str = "orders/create") -> tuple[int, dict[str, Any]]:
    """Deliver what Shopify signs."""
    mac = base64.b64encode(hmac.digest(secret.encode(), body, hashlib.sha256)).decode()
    heads = {"x-shopify-hmac-sha256": mac, "x-shopify-topic": topic, "x-shopify-webhook-id": "w-1"}
    status, answer, _ = whole("", "POST", "/in/shop", body, **heads)
    return status, answer


def counted(name: str) -> Counts:
    """Give what a connector counts."""
    found = connector(name)
    assert found
    return found.counts


@proves(Promise.CHANNELS_ONLY, "S3")
def test_from_other_systems_only_what_they_sign(owner: psycopg.Connection) -> None:
    """Forged, unsigned, late, altered: nothing is kept; what is right is kept once, however often it comes."""
    secret = till()
    body = told()
    assert whole("", "POST", "/in/till", body)[0] == 401
    assert delivered(new_secret(), body)[0] == 401
    assert delivered(secret, body, at=int(time.time()) - 301)[0] == 401
    assert delivered(secret, body, at=int(time.time()) + 302)[0] == 401
    assert count(owner, "item") == 0
    assert delivered(secret, body) == (200, {"again": False, "dropped": 0, "unheard": 0, "untaken": ""})
    assert delivered(secret, body)[1]["again"], "the delivery came before"
    assert delivered(secret, body, "msg_2")[1]["again"], "the order came before"
    assert delivered(secret, told("A-2"), "msg_1")[1]["again"], "a delivery is once, whatever it holds"
    assert count(owner, "person") == 1
    assert counted("till") == Counts(taken=1, again=3)
    newer = new_secret()
    rotate("till", newer)
    assert [delivered(one, told(n), n)[0] for one, n in ((secret, "B"), (newer, "C"))] == [200, 200]
    retire("till")
    assert [delivered(one, told(n), n)[0] for one, n in ((secret, "D"), (newer, "E"))] == [401, 200]
    assert delivered(newer, b"{}", "msg_9")[0] == 422
    stored = owner.execute("SELECT c::text FROM connector c").fetchall()
    assert newer not in str(stored), "the secret stands sealed"


@proves(Promise.CHANNELS_ONLY, "S3")
@pytest.mark.parametrize("secret", ["", "short", "whsec_", "whsec_abc-def_", "whsec_c2hvcnQ="])
def test_no_secret_is_such_that_anybody_could_sign(secret: str) -> None:
    """What is empty, short or mistyped is refused; and under one that is there nobody signs with nothing."""
    with pytest.raises(RecordError):
        declare("till", ConnectorKind.STANDARD, ChannelKind.ORDER, [], "newsletter", secret)
    good = till()
    with pytest.raises(RecordError):
        rotate("till", secret)
    assert standard({}, b"", [good.encode()]) is None
    now = str(int(time.time()))
    heads = {"webhook-id": "m", "webhook-timestamp": now, "webhook-signature": sign("m", int(now), b"{}", "")}
    assert standard(heads, b"{}", [b"whsec_abc-def_", good.encode()]) is None


@proves(Promise.CHANNELS_ONLY, "S3")
def test_what_has_a_door_of_its_own_comes_by_no_other() -> None:
    """Facts from others and lists of people have checks that a connector has not: it is declared on no such channel."""
    for channel in (ChannelKind.ENRICHMENT, ChannelKind.IMPORT, ChannelKind.FORUM):
        with pytest.raises(CollectionError, match="nothing is handed in"):
            declare("x", ConnectorKind.STANDARD, channel, [], "newsletter", new_secret())


@proves(Promise.OPTOUT, "S22")
def test_a_no_holds_whatever_becomes_of_its_delivery() -> None:
    """With an order that came before, and with one that cannot be taken, the no that stands in it is taken."""
    secret = till()
    at = datetime.now(UTC).isoformat()
    no: dict[str, Any] = {"choices": [{"no": "marketing", "at": at}]}
    assert delivered(secret, told(), "msg_1")[0] == 200
    assert not state(reach=parse(BOB).reach_id).refused
    assert delivered(secret, told(**no), "msg_2")[1]["again"]
    assert state(reach=parse(BOB).reach_id).refused & Scope.MARKETING.mask
    wrong = told("A-9", email="carol@example.org", fields={"order.product": "x" * 2_000}, **no)
    assert delivered(secret, wrong, "msg_3")[0] == 422
    assert state(reach=parse("carol@example.org").reach_id).refused & Scope.MARKETING.mask
    assert not persons_at(parse("carol@example.org").exact_id)


@proves(Promise.CHANNELS_ONLY, "S3")
def test_from_other_systems_only_what_the_policy_declares(owner: psycopg.Connection) -> None:
    """Fields that no channel declares go no further than the door, and are counted."""
    secret = till()
    strange = {**FIELDS, "profile.shoe": "CANARY-SHOE", "order.card": "CANARY-CARD"}
    assert delivered(secret, told(fields=strange))[1]["dropped"] == 2
    declare("shop", ConnectorKind.SHOPIFY, ChannelKind.ORDER, [], "newsletter", SHOP)
    status, answer = shop(sold())
    assert (status, answer["dropped"]) == (200, 3)
    (fields,) = owner.execute(
        "SELECT fields FROM item JOIN stamp s ON s.id = stamp_id WHERE category = 'order' AND source = 'intake:shop'"
    ).fetchall()
    assert fields[0] == {"product": "Pier", "number": "2", "billing": "Bob Buyer\n1 Road\n12345 Haven\nNorway"}
    tables = [
        name for (name,) in owner.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
    ]
    rows = [str(owner.execute(f"SELECT t::text FROM {name} t").fetchall()) for name in tables]
    assert any("Bob Buyer" in row for row in rows), "what was taken could be found"
    assert not [name for name, row in zip(tables, rows, strict=True) if "CANARY" in row]


@proves(Promise.ORDERS, "S5")
def test_an_order_from_a_shop_serves_the_order(owner: psycopg.Connection) -> None:
    """Where nobody knows which words were shown, nothing optional is permitted; else what they stated."""
    declare("shop", ConnectorKind.SHOPIFY, ChannelKind.ORDER, [], "newsletter", SHOP)
    assert shop(sold(1), topic="customers/update")[0] == 422
    assert shop(sold(1), secret="shpss_forged")[0] == 401  # noqa: S106 -- it is to be refused
    assert shop(sold(2))[0] == 200
    assert shop(sold(1))[0] == 200, "out of order"
    ((stated, known),) = owner.execute(STAMPED).fetchall()
    assert not known
    assert {"orders", "account"} <= set(stated.split())
    assert not {"newsletter", "insight", "improvement", "security", "download"} & set(stated.split())
    words, now = notice(policy(), ChannelKind.ORDER), datetime.now(UTC)
    hour = timedelta(hours=1)
    show_words("shop", ChannelKind.ORDER, "2025-01-01", words, now - hour, now + hour)
    assert shop(sold(3))[0] == 200
    ((stated,),) = owner.execute("SELECT purposes FROM stamp WHERE notice IS NOT NULL").fetchall()
    assert {"newsletter", "insight", "security"} <= set(stated.split())


@proves(Promise.OPTOUT, "S22")
def test_a_consent_that_is_older_than_a_refusal_does_not_count(owner: psycopg.Connection) -> None:
    """A yes of a shop waits for its person; undated, or older than a no, it does not even that; a no holds at once."""
    declare("shop", ConnectorKind.SHOPIFY, ChannelKind.ORDER, [], "newsletter", SHOP)
    reach, now = parse(BOB).reach_id, datetime.now(UTC)
    hour = timedelta(hours=1)
    show_words("shop", ChannelKind.ORDER, "2025-01-01", notice(policy(), ChannelKind.ORDER), now - hour, now + hour)
    assert shop(sold(1, "subscribed", None))[1]["unheard"] == 1, "undated"
    assert count(owner, "outgoing") == 0
    assert shop(sold(2, "subscribed", (now - hour).isoformat()))[1]["unheard"] == 0
    assert count(owner, "outgoing") == 1, "its holder is asked"
    assert state(reach=reach).joined == frozenset(), "and nothing counts before"
    choose(Chosen(Answer.NO, scope=Scope.MARKETING), Actor.PERSON_UNVERIFIED, "test", reach=reach)
    assert shop(sold(3, "subscribed", (now - hour).isoformat()))[1]["unheard"] == 1, "older than the no"
    assert count(owner, "outgoing") == 1
    assert state(reach=reach).refused & Scope.MARKETING.mask
    assert shop(sold(4, "unsubscribed", now.isoformat(), email="carol@example.org"))[0] == 200
    assert state(reach=parse("carol@example.org").reach_id).refused & Scope.MARKETING.mask


@proves(Promise.OPTOUT, "S23")
def test_a_no_that_is_older_than_its_holders_own_yes_is_out_of_date(site: Site) -> None:
    """A shop that tells an old no again does not undo what its person said since; an undated no holds."""
    person, reach = site.register(BOB), parse(BOB).reach_id
    declare("shop", ConnectorKind.SHOPIFY, ChannelKind.ORDER, [], "", SHOP)
    before = (datetime.now(UTC) - timedelta(days=1)).isoformat()
    for answer in (Answer.NO, Answer.YES):
        choose(Chosen(answer, scope=Scope.MARKETING), Actor.PERSON_VERIFIED, "test", person, reach)
    assert shop(sold(1, "unsubscribed", before))[1]["unheard"] == 1
    assert not state(reach=reach).refused & Scope.MARKETING.mask
    assert shop(sold(2, "unsubscribed", None))[1]["unheard"] == 0
    assert state(reach=reach).refused & Scope.MARKETING.mask


@proves(Promise.PURPOSES_ONLY, "S17")
def test_a_program_sees_its_purpose_and_nothing_else() -> None:
    """Of people with marks in every kind of data, no answer to any token holds a mark outside its purpose."""
    invite()
    alice = person_at(ALICE)
    for purpose, sees in (("support", {"support"}), ("orders", {"order"}), ("hiring", {"application"})):
        key = token(purpose)
        told_ = [asked(key, "GET", path) for path in ("/api/people", f"/api/people/{alice}")]
        assert [status for status, _ in told_] == [200, 200]
        assert _marks(told_) == sees
    for purpose in ("offers", "inquiry"):
        _marks_of(purpose, alice)
    for purpose in ("account", "security", "insight", "rights"):
        key = token(purpose, ProgramAct.DECIDE, ProgramAct.COUNT, ProgramAct.RECORD, ProgramAct.ORDER)
        told_ = [asked(key, "POST", "/api/decisions", {"person": str(alice)}), asked(key, "GET", "/api/audience")]
        assert _marks(told_) == set()
        assert asked(key, "GET", f"/api/people/{alice}")[0] == 403


def _marks_of(purpose: str, person: UUID) -> None:
    """Ask everything that a token of a purpose can, and find no mark but its own."""
    key, own = token(purpose), {purpose} & MARKS.keys()
    told_ = [
        asked(key, "GET", "/api/people"),
        asked(key, "GET", f"/api/people/{person}"),
        asked(key, "GET", f"/api/people/{person}/choices"),
        asked(key, "POST", "/api/decisions", {"person": str(person)}),
        asked(key, "POST", "/api/decisions", {"email": ALICE}),
        asked(key, "GET", "/api/audience"),
        asked(key, "GET", "/api/forms/inquiry"),
        asked(key, "POST", "/api/choices", {"person": str(person), "what": "everything"}),
    ]
    assert _marks(told_) == own
    page = Client(headers={"host": "localhost"}).get("/api/").content
    assert _marks([page, asked("", "GET", "/api/openapi.json")]) == set()


def _marks(told_: Any) -> set[str]:
    return {kind for kind, mark in MARKS.items() if mark in str(told_)}


@proves(Promise.CHANNELS_ONLY, "S3")
def test_an_order_of_nobody_is_noted_as_not_taken_and_need_not_come_again(owner: psycopg.Connection) -> None:
    """A shop that sold to somebody without a mail address is answered well, once for all; the desk shows why."""
    declare("shop", ConnectorKind.SHOPIFY, ChannelKind.ORDER, [], "", SHOP)
    for _ in range(2):
        status, answer = shop(sold(7, email="", contact_email=""))
        assert (status, answer["again"], answer["untaken"]) == (200, False, "the order has no mail address")
    assert shop(sold(8, email="no address"))[0] == 200
    assert count(owner, "item") == 0
    found = connector("shop")
    assert found
    assert [one.number for one in found.untaken] == ["7", "8"]
    page = at_desk(Role.PRIVACY_OFFICER)[0].get("/desk/programs/").content.decode()
    assert "What shop handed in and we did not take" in page
    assert "the order has no mail address" in page


@proves(Promise.CORRECTION, "S30")
def test_what_is_contested_is_marked_to_programs() -> None:
    """A program reads that an item waits for a correction, as the desk does, and uses it for nothing."""
    given = {"contact": {"email": BOB}, "support": {"product": "Pier", "problem": "It sinks."}}
    one = Arrival(show(policy(), ChannelKind.SUPPORT, "en"), "site", parse(BOB), given, proven=True)
    take([one])
    bob, item = one.person, next(each.id for each in kept_of(one.person) if each.category == "support")
    told_ = token("support")
    path = f"/api/people/{bob}"
    assert {one["stands"] for one in asked(told_, "GET", path)[1]["items"]} == {""}
    petition(bob, Said(Wish.CORRECTION, "page", "It says eight.", datetime.now(UTC), item, {"problem": "It floats."}))
    found = {one["id"]: one["stands"] for one in asked(told_, "GET", path)[1]["items"]}
    assert found.pop(str(item)) == "contested"
    assert set(found.values()) == {""}
    (page,) = [page for page in asked(told_, "GET", "/api/people")[1]["people"] if page["person"] == str(bob)]
    assert [each["stands"] for each in page["items"] if each["id"] == str(item)] == ["contested"]


@proves(Promise.OPTOUT, "S23")
def test_a_no_that_a_program_hands_in_while_the_store_is_away_is_kept(
    store: Embedded, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A form, an order, a shop's delivery and a choice come again; each no in them is on the disk, and holds first."""
    monkeypatch.setattr("avow.mail.stop.LEASE", 0)
    told_ = token("orders")
    form = "/api/forms/registration"
    shown = asked(token("account", ProgramAct.RECORD), "GET", form)[1]["shown"]
    email = {"fields": {"contact.email": "ann@example.org"}, "shown": shown}
    order = {"id": "A-9", "occurred_at": datetime.now(UTC).isoformat(), "email": "carl@example.org", "fields": {}}
    no = {"choices": [{"no": "marketing"}]}
    choice = {"email": "dan@example.org", "what": "marketing"}
    answering(store, yes=False)
    for answer, kept in (
        (asked(told_, "POST", form, {**email, "ticked": ["no.marketing"]}), True),
        (asked(told_, "POST", "/api/orders", order | no), True),
        (asked(told_, "POST", "/api/orders", order), False),
        (shop(sold(1, "unsubscribed", None)), True),
        (asked(told_, "POST", "/api/choices", choice), True),
        (asked(told_, "POST", "/api/choices", choice | {"answer": "yes"}), False),
    ):
        assert (answer[0], answer[1]["detail"].startswith("Each no in it is kept")) == (503, kept), answer
    assert waiting() == 4
    answering(store, yes=True)
    connection.close()
    assert drain(apply) == 4
    for address in ("ann@example.org", "carl@example.org", BOB, "dan@example.org"):
        assert state(reach=parse(address).reach_id).refused & Scope.MARKETING.mask, address
