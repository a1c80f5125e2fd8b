"""Test what programs can do: each act, what it refuses, and what stands in the ledger of it."""

import re
from datetime import UTC, datetime
from uuid import UUID, uuid4

import psycopg
import pytest

from avow.api import bound
from avow.api.routes import ROUTES
from avow.record.known.address import parse
from avow.record.known.identity import verify
from avow.record.programs.acts import ProgramAct
from avow.record.programs.token import every, revoke
from avow.record.said.choices import Chosen, choose, state
from avow.record.seen.reading import reads_of
from avow.terms import Actor, Answer, ChannelKind, Role, Scope
from tests.journeys.invited import ALICE, gave
from tests.units.api.cast import asked, token, whole
from tests.units.collection.cast import count
from tests.units.page.staff.cast import at_desk
from tests.units.record.cast import reach_of, refused

pytestmark = pytest.mark.usefixtures("site")
NO = Chosen(Answer.NO, scope=Scope.MARKETING)


def alice(channel: ChannelKind = ChannelKind.REGISTRATION) -> UUID:
    """Let Alice hand something in, and prove her address."""
    person = gave(ALICE, channel, "Alice Everywhere")
    verify(person, parse(ALICE).exact_id, "test")
    return person


def test_a_decision_has_its_sentence_and_its_place_in_the_ledger(owner: psycopg.Connection) -> None:
    """By number and by address, before and after a no; of a mailbox that is nobody's too."""
    person, key = alice(), token("offers", ProgramAct.DECIDE)
    before = count(owner, "entry")
    status, told = asked(key, "POST", "/api/decisions", {"person": str(person)})
    assert (status, told["allowed"], told["purpose"], told["version"]) == (200, True, "offers", "2025-01-01")
    assert told["because"]
    assert told["because"][0]["sentence"]
    assert told["entry"] > before
    kind = owner.execute("SELECT kind, length(covers) FROM entry WHERE id = %s", [told["entry"]]).fetchone()
    assert kind == ("decided", 32)
    status, told = asked(key, "POST", "/api/decisions", {"email": ALICE.upper()})
    assert (status, told["allowed"], told["people"]) == (200, True, [str(person)])
    choose(NO, Actor.PERSON_UNVERIFIED, "test", person)
    for whom in ({"person": str(person)}, {"email": ALICE}):
        status, told = asked(key, "POST", "/api/decisions", whom)
        assert (status, told["allowed"], told["people"]) == (200, False, [])
        assert any(one["clause"].startswith("optout.") for one in told["because"]), told
    for whom in ({"person": str(uuid4())}, {"email": "nobody@example.net"}):
        status, told = asked(key, "POST", "/api/decisions", whom)
        assert (status, told["allowed"]) == (200, False)
        assert told["because"] or told["otherwise"]
    choose(NO, Actor.PERSON_UNVERIFIED, "test", reach=parse("nobody@example.net").reach_id)
    _, told = asked(key, "POST", "/api/decisions", {"email": "nobody@example.net"})
    assert told["choice_no"] == 1


def test_a_list_that_serves_another_use_spoils_no_other_answer() -> None:
    """What is wrong with a question is told to who asks it."""
    person, key = alice(), token("newsletter", ProgramAct.DECIDE)
    status, told = asked(key, "POST", "/api/decisions", {"person": str(person), "list": "newsletter"})
    assert (status, told["allowed"]) == (200, False)
    status, told = asked(key, "POST", "/api/decisions", {"person": str(person), "list": "offers"})
    assert (status, told["title"]) == (422, "What was sent is not what is taken here")


def test_a_token_opens_its_acts_until_it_ends(owner: psycopg.Connection) -> None:
    """None, a wrong one, one for another act, a revoked and an old one are refused; of none is the token stored."""
    key = token("orders", ProgramAct.DECIDE)
    stored = owner.execute("SELECT t::text FROM api_token t").fetchall()
    assert key not in str(stored)
    question = {"person": str(uuid4())}
    assert asked("", "POST", "/api/decisions", question)[0] == 401
    status, told, heads = whole("avow_wrong", "POST", "/api/decisions", question)
    assert (status, told["type"], heads["WWW-Authenticate"]) == (401, "/api/#no-token", "Bearer")
    assert asked(key, "GET", "/api/people")[0] == 403
    assert asked(key, "POST", "/api/decisions", question)[0] == 200
    assert asked(key, "POST", "/api/decisions", {"who": 1})[0] == 422
    assert asked("avow_wrong", "POST", "/api/decisions", {"who": 1})[0] == 401, "a stranger is told no shape"
    (one,) = every()
    revoke(one.id)
    assert asked(key, "POST", "/api/decisions", question)[0] == 401
    old = token("orders", ProgramAct.DECIDE)
    owner.execute("SET session_replication_role = replica")
    owner.execute("UPDATE api_token SET expires = now() WHERE ended IS NULL")
    assert asked(old, "POST", "/api/decisions", question)[0] == 401


def test_reading_goes_page_by_page_and_is_noted() -> None:
    """A token reads for its purpose; each person who is read can see which program did."""
    people = {gave(f"buyer{n}@example.net", ChannelKind.ORDER, f"Buyer {n}") for n in range(3)}
    other = alice()
    key, found, after = token("orders"), set[str](), ""
    while True:
        status, told = asked(key, "GET", f"/api/people?limit=2&after={after}")
        assert status == 200
        found |= {one["person"] for one in told["people"]}
        if told["next"] is None:
            break
        after = told["next"]
    assert found == {str(one) for one in people}
    assert asked(token("orders"), "GET", f"/api/people?after={after}")[0] == 422, "a cursor is its token's own"
    one = next(iter(people))
    status, told = asked(key, "GET", f"/api/people/{one}")
    assert {item["category"] for item in told["items"]} == {"contact", "profile", "order"}
    assert asked(key, "GET", f"/api/people/{other}")[0] == 404
    assert asked(key, "GET", f"/api/people/{uuid4()}")[0] == 404
    (read,) = reads_of(one)
    assert (read.role, read.purpose, read.times) == ("orders", "orders", 2)
    assert reads_of(other) == []


def test_a_no_holds_at_once_and_a_yes_is_refused() -> None:
    """Choices can be read as far as they bear on the purpose, and tightened; loosening is the person's own."""
    person, key = alice(), token("offers")
    path = f"/api/people/{person}/choices"
    assert asked(key, "GET", path)[1]["refused"] == []
    status, told = asked(key, "POST", "/api/choices", {"person": str(person), "what": "marketing"})
    assert (status, told["choice_no"], told["doubt"]) == (200, 1, False)
    assert state(person).refused & Scope.MARKETING.mask
    assert asked(key, "GET", path)[1]["refused"] == ["marketing"]
    assert asked(token("orders"), "GET", path)[1]["refused"] == [], "it does not bear on orders"
    status, told = asked(key, "POST", "/api/choices", {"person": str(person), "what": "marketing", "answer": "yes"})
    assert (status, "only the person" in told["detail"].lower()) == (403, True)
    assert asked(key, "POST", "/api/choices", {"email": "nobody@example.net", "what": "list.offers"})[0] == 200
    assert state(reach=parse("nobody@example.net").reach_id).left == {"offers"}
    assert asked(key, "POST", "/api/choices", {"email": ALICE, "what": "everything"})[0] == 422
    assert asked(key, "POST", "/api/choices", {"person": str(uuid4()), "what": "marketing"})[0] == 422
    assert asked(key, "GET", f"/api/people/{uuid4()}/choices")[0] == 404
    assert [one.categories for one in reads_of(person)] == [("choices",), ("choices",)]


def test_a_form_is_taken_as_on_its_page(owner: psycopg.Connection) -> None:
    """It is stamped with what was shown; undeclared fields, missing ones and words never shown are refused."""
    key = token("offers", ProgramAct.RECORD)
    status, form = asked(key, "GET", "/api/forms/registration")
    assert status == 200
    assert "This is version 2025-01-01" in form["words"]
    fields = {"contact.email": "bob@example.org", "profile.name": "Bob"}
    body = {"shown": form["shown"], "fields": fields, "ticked": ["no.marketing"]}
    same = {"Idempotency_Key": "k1"}
    status, told = asked(key, "POST", "/api/forms/registration", body, **same)
    assert status == 200
    person = UUID(told["person"])
    assert state(person).refused & Scope.MARKETING.mask
    row = owner.execute("SELECT DISTINCT channel, source, version, notice IS NOT NULL FROM stamp").fetchone()
    assert row == ("registration", "program the press", "2025-01-01", True)
    assert asked(key, "POST", "/api/forms/registration", body, **same) == (200, told), "the same key, the same answer"
    assert asked(key, "POST", "/api/forms/registration", {**body, "ticked": []}, **same)[0] == 409
    assert asked(key, "POST", "/api/forms/registration", body) == (200, {"person": None}), "just this came before"
    assert count(owner, "person") == 1
    for wrong, status in (
        ({"fields": {**fields, "profile.shoe": "42"}}, 422),
        ({"fields": {"profile.name": "Bob"}}, 422),
        ({"fields": {**fields, "contact.email": "bob"}}, 422),
        ({"shown": "forged"}, 422),
        ({"ticked": ["contact.email"]}, 422),
    ):
        assert asked(key, "POST", "/api/forms/registration", {**body, **wrong})[0] == status, wrong
    assert asked(key, "GET", "/api/forms/forum")[0] == 404
    assert asked(key, "GET", "/api/forms/application")[0] == 403, "it does not serve offers"
    assert count(owner, "person") == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"fields": {"contact.email": "carol@example.org", "profile.shoe": "42"}},
        {"fields": {"contact.email": "carol@example.org", "profile.name": "C" * 5_000}},
        {"shown": "forged"},
        {"ticked": ["no.marketing", "contact.email"]},
    ],
)
def test_a_no_holds_though_its_form_is_not_taken(owner: psycopg.Connection, wrong: dict[str, object]) -> None:
    """With fields, boxes or words that are wrong nothing is kept but the no, for the mailbox that it names."""
    key = token("offers", ProgramAct.RECORD)
    _, form = asked(key, "GET", "/api/forms/registration")
    body = {"shown": form["shown"], "fields": {"contact.email": "carol@example.org"}, "ticked": ["no.marketing"]}
    assert asked(key, "POST", "/api/forms/registration", {**body, **wrong})[0] == 422
    assert count(owner, "person") == 0
    assert refused(owner, "reach", "id", reach_of("carol@example.org")) == {Scope.MARKETING}


def test_a_no_holds_though_its_token_serves_something_else(owner: psycopg.Connection) -> None:
    """An order or a form of another purpose, or under words never shown, is not taken; each no in it is."""
    hiring, orders = (token(one, ProgramAct.ORDER, ProgramAct.RECORD, name=one) for one in ("hiring", "orders"))
    order = {"id": "A-1", "occurred_at": datetime.now(UTC).isoformat(), "fields": {}, "choices": [{"no": "marketing"}]}
    form = {"shown": "forged", "fields": {"contact.email": "d@example.org"}, "ticked": ["no.marketing"]}
    assert asked(hiring, "POST", "/api/orders", {**order, "email": "a@example.org"})[0] == 403
    assert asked(orders, "POST", "/api/orders", {**order, "email": "b@example.org", "shown": "forged"})[0] == 422
    assert asked(hiring, "POST", "/api/forms/registration", form)[0] == 403
    for mailbox in ("a@example.org", "b@example.org", "d@example.org"):
        assert refused(owner, "reach", "id", reach_of(mailbox)) == {Scope.MARKETING}, mailbox
    assert count(owner, "person") == 0


def test_an_order_of_another_system_comes_once(owner: psycopg.Connection) -> None:
    """Without words that were shown it serves the order and the duties; with them it is stamped with those."""
    key = token("orders", ProgramAct.ORDER, ProgramAct.RECORD, ProgramAct.READ)
    fields = {"order.product": "Pier", "order.number": "1", "order.billing": "1 Road", "profile.shoe": "42"}
    body = {"id": "A-1", "occurred_at": datetime.now(UTC).isoformat(), "email": "bob@example.org", "fields": fields}
    status, told = asked(key, "POST", "/api/orders", body)
    assert (status, told["dropped"]) == (200, 1)
    assert asked(key, "POST", "/api/orders", body)[1]["person"] is None
    (stated,) = {one for (one,) in owner.execute("SELECT purposes FROM stamp").fetchall()}
    assert {"orders", "rights"} <= set(stated.split())
    assert not {"newsletter", "insight", "improvement", "security"} & set(stated.split())
    assert asked(key, "GET", f"/api/people/{told['person']}")[0] == 200
    shown = asked(key, "GET", "/api/forms/order")[1]["shown"]
    assert asked(key, "POST", "/api/orders", {**body, "id": "A-2", "shown": shown})[0] == 200
    row = owner.execute("SELECT purposes FROM stamp WHERE notice IS NOT NULL").fetchone()
    assert row
    assert "newsletter" in row[0].split()
    assert asked(key, "POST", "/api/orders", {**body, "id": "A-3", "occurred_at": "2999-01-01T00:00:00Z"})[0] == 422


def test_a_sign_that_no_text_holds_is_no_mistake_of_ours(owner: psycopg.Connection) -> None:
    """In an order it is a blank, or the order is not taken."""
    key = token("orders", ProgramAct.ORDER)
    order = {"id": "1", "occurred_at": datetime.now(UTC).isoformat(), "email": "bob@example.org", "fields": {}}
    typed = {"order.product": "Pi\0er", "order.number": "1", "order.billing": "1 Road", "\0": "a"}
    for wrong, wanted in (({"id": "\0"}, 200), ({"id": "2", "fields": typed}, 200), ({"shown": "\0"}, 422)):
        assert asked(key, "POST", "/api/orders", {**order, **wrong})[0] == wanted, wrong
    assert owner.execute("SELECT fields->>'product' FROM item WHERE category = 'order'").fetchall() == [("Pi er",)]


def test_an_audience_is_counted_by_reason() -> None:
    """How many a purpose reaches, and how many are left out because of which sentences."""
    alice()
    bob = gave("bob@example.org", ChannelKind.REGISTRATION, "Bob")
    choose(NO, Actor.PERSON_UNVERIFIED, "test", bob)
    status, told = asked(token("offers", ProgramAct.COUNT), "GET", "/api/audience")
    assert (status, told["reached"]) == (200, 1)
    assert [one["people"] for one in told["left_out"]] == [1]
    assert told["left_out"][0]["because"]


def test_who_asks_too_often_is_told_when_to_come_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each token has its bound; wrong tokens are counted by network."""
    monkeypatch.setattr(bound, "monotonic", lambda: 90.0)
    key = token("offers", ProgramAct.COUNT)
    found = [whole(key, "GET", "/api/audience") for _ in range(31)]
    assert {status for status, *_ in found[:30]} == {200}
    status, told, heads = found[30]
    assert (status, told["type"]) == (429, "/api/#too-often")
    assert int(heads["Retry-After"]) == 30
    assert {asked("avow_wrong", "GET", "/api/people")[0] for _ in range(60)} == {401}
    assert asked("avow_wrong", "GET", "/api/people")[0] == 429


WRONG: tuple[tuple[str, str, object, dict[str, str], int], ...] = (
    ("GET", "/api/nothing", None, {}, 404),
    ("DELETE", "/api/people", None, {}, 405),
    ("GET", "/api/people/not-a-number", None, {}, 404),
    ("GET", "/api/people?limit=0", None, {}, 422),
    ("GET", "/api/people?limit=1&limit=2", None, {}, 422),
    ("GET", "/api/people?whom=all", None, {}, 422),
    ("POST", "/api/decisions", b"{", {}, 400),
    ("POST", "/api/decisions", b"\xff", {}, 400),
    ("POST", "/api/decisions", {}, {}, 422),
    ("POST", "/api/decisions", {"person": None}, {}, 422),
    ("POST", "/api/decisions", {"email": "a\x00b@example.org"}, {}, 422),
    ("POST", "/api/forms/order", {"shown": "\0", "fields": {"profile.name": "\0"}}, {}, 422),
    ("POST", "/api/decisions", {"email": "x" * 2_000_000}, {}, 413),
    ("POST", "/api/decisions", {"email": "a@example.org"}, {"typed": "text/plain"}, 415),
    ("POST", "/api/decisions", {"email": "a@example.org"}, {"host": "other.example.net"}, 421),
    ("POST", "/in/nobody", {}, {}, 404),
    ("GET", "/in/nobody", None, {}, 405),
)


def test_every_error_has_one_shape() -> None:
    """Whatever is wrong, the answer is a problem whose kind is explained on the page."""
    key = token("orders")
    for method, path, body, headers, status in WRONG:
        found, told, _ = whole(key, method, path, body, **headers)
        assert (found, told["status"]) == (status, status), (method, path, body)
        assert told["type"].startswith("/api/#")
        assert told["title"]
        assert told["detail"]


def test_the_desk_shows_a_token_once() -> None:
    """A privacy officer makes a token, sees it this once, and ends it; what cannot be is said, and nobody else may."""
    browser, _ = at_desk(Role.PRIVACY_OFFICER)
    form = {"name": "the press", "days": "30", "purpose": "offers", "act": ["decide"]}
    page = browser.post("/desk/programs/", form).content.decode()
    found = re.search(r"avow_[\w-]+", page)
    assert found
    assert asked(found[0], "POST", "/api/decisions", {"email": ALICE})[0] == 200
    assert found[0] not in browser.get("/desk/programs/").content.decode()
    assert browser.post("/desk/programs/", {**form, "act": []}).status_code == 422
    assert browser.post("/desk/programs/", {**form, "name": ""}).status_code == 422
    (one,) = every()
    assert browser.post(f"/desk/programs/{one.id}/revoke/").status_code == 302
    assert asked(found[0], "POST", "/api/decisions", {"email": ALICE})[0] == 401
    other, _ = at_desk(Role.SUPPORT, email="sam@example.com")
    assert other.get("/desk/programs/").status_code == 403
    shown = browser.get("/api/").content.decode()
    assert "For programs" in shown
    assert all(f"{route.method} {route.path}" in shown for route in ROUTES)
