"""Test the forms: as declared, as shown, once, the same for everybody."""

import os
import re
import time
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import psycopg
import pytest
from django.http import HttpResponse
from django.test import Client

from avow.collection.ask import CONFIRM, ask
from avow.collection.seen import sealed
from avow.mail.form.form import single
from avow.page.steady import SHORT
from avow.record.known.address import parse
from avow.record.known.identity import persons_at
from avow.record.said.choices import state
from avow.record.shown.versions import in_force
from avow.terms import MessageKind, Scope
from tests.units.collection.cast import count, filled, mailed, shown


@pytest.mark.parametrize("path", ["/register/", "/inquiry/"])
def test_shows_the_declared_fields_and_unticked_boxes(site: Client, path: str) -> None:
    """The form has the channel's fields, each purpose's words, and no box is ticked."""
    page = site.get(path).content.decode()
    assert 'name="contact.email"' in page
    assert "to confirm that this address is yours" in page
    assert 'type="checkbox"' in page
    assert "checked" not in page
    assert 'name="yes.newsletter"' in page


def test_registers_once(site: Client, owner: psycopg.Connection) -> None:
    """A form makes one person with stamped items and one message, however often it is sent."""
    typed = filled(site, profile__name="Alice")
    answers = [site.post("/register/", typed) for _ in range(3)]
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.content for answer in answers}) == 1
    assert (count(owner, "person"), count(owner, "item"), count(owner, "outgoing")) == (1, 2, 1)
    row = owner.execute("SELECT s.channel, s.source, s.version, n.text FROM stamp s JOIN notice n ON n.hash = notice")
    assert row.fetchone() is not None


def test_the_same_answer_for_known_and_unknown(site: Client) -> None:
    """Who registers twice gets the very answer that a new person gets."""
    first, second = filled(site, profile__name="Alice"), filled(site, profile__name="Alicia")
    new, known = site.post("/register/", first), site.post("/register/", second)
    assert (new.status_code, new.content) == (known.status_code, known.content)


def test_ticked_boxes_are_choices(site: Client, owner: psycopg.Connection) -> None:
    """A ticked no holds at once, a ticked yes waits for proof, an empty box records nothing."""
    site.post("/register/", filled(site, no__marketing="on", yes__newsletter="on"))
    rows = owner.execute("SELECT answer, scope, purpose, list, actor FROM choice ORDER BY answer").fetchall()
    assert {row[0] for row in rows} == {"no", "yes"}
    assert {row[4] for row in rows} == {"person-unverified"}
    row = owner.execute("SELECT (refused & (1::bit(256) << 1)) <> 0::bit(256) FROM reach").fetchone()
    assert row == (True,)


def test_no_box_no_choice(site: Client, owner: psycopg.Connection) -> None:
    """Silence records nothing."""
    site.post("/register/", filled(site))
    assert (count(owner, "person"), count(owner, "choice")) == (1, 0)


@pytest.mark.parametrize(
    ("extra", "says"),
    [
        ({"profile.shoe": "43"}, "profile.shoe"),
        ({"yes.courtesy": "on"}, "yes.courtesy"),
        ({"no.disclosure": "on"}, "no.disclosure"),
        ({"<b>": "x"}, "&lt;b&gt;"),
    ],
)
def test_refuses_undeclared_fields(site: Client, owner: psycopg.Connection, extra: dict[str, str], says: str) -> None:
    """A field or box that the policy does not declare is named, and nothing is kept."""
    answer = site.post("/register/", filled(site) | extra)
    assert answer.status_code == 400
    assert says in answer.content.decode()
    assert count(owner, "person") == 0


@pytest.mark.parametrize("address", ["", "alice", "a@b@c", "alice@example.org\r\nBcc: bob@example.org", "a" * 400])
def test_says_what_is_wrong(site: Client, owner: psycopg.Connection, address: str) -> None:
    """A wrong address is named at its field, what was typed is kept in the form, nothing in the store."""
    answer = site.post("/register/", filled(site, profile__name="Alice O'Hara") | {"contact.email": address})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'href="#contact-email"' in page
    assert 'aria-invalid="true"' in page
    assert "Alice O&#x27;Hara" in page
    assert count(owner, "person") == 0


@pytest.mark.parametrize("seal", ["", "AAAA", "not a seal"])
def test_refuses_forged_seals(site: Client, owner: psycopg.Connection, seal: str) -> None:
    """A form that does not say what it showed is refused."""
    assert site.post("/register/", filled(site) | {"shown": seal}).status_code == 400
    assert count(owner, "person") == 0


def test_refuses_the_seal_of_another_form(site: Client) -> None:
    """What one form showed does not stamp another's fields."""
    assert site.post("/register/", {**filled(site), "shown": shown(site.get("/inquiry/"))}).status_code == 400


def test_shows_an_old_form_again(site: Client, owner: psycopg.Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    """A form opened long ago is shown again with what was typed, under a fresh seal, and is then taken."""
    typed = filled(site, profile__name="Alice")
    monkeypatch.setattr(sealed, "_FRESH", timedelta(seconds=-1))
    again = site.post("/register/", typed)
    assert again.status_code == 422
    assert "alice@example.org" in again.content.decode()
    assert count(owner, "person") == 0
    monkeypatch.undo()
    assert site.post("/register/", typed | {"shown": shown(again)}).status_code == 200
    assert count(owner, "person") == 1


def test_a_no_on_an_old_form_holds_at_once(site: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever refused on a form that is shown again has refused, whether they send it again or not."""
    typed = filled(site, no__marketing="on")
    monkeypatch.setattr(sealed, "_FRESH", timedelta(seconds=-1))
    assert site.post("/register/", typed).status_code == 422
    assert state(reach=parse("alice@example.org").reach_id).refused & Scope.MARKETING.mask


def test_machines_get_thanks_and_nothing_more(site: Client, owner: psycopg.Connection) -> None:
    """Whoever fills in the field that no human sees gets the usual answer, and nothing is kept."""
    usual, machine = site.post("/register/", filled(site)), site.post("/register/", filled(site, blank="x"))
    assert usual.content == machine.content
    assert count(owner, "person") == 1


def test_a_no_counts_even_of_a_machine(site: Client, owner: psycopg.Connection) -> None:
    """Where the trap is filled in, nothing is kept, but a no that is ticked is: it was thanked for."""
    assert site.post("/register/", filled(site, blank="x", no__marketing="on")).status_code == 200
    assert state(reach=parse("alice@example.org").reach_id).refused & Scope.MARKETING.mask
    assert (count(owner, "person"), count(owner, "outgoing")) == (0, 0)
    wrong = filled(site, blank="x", no__marketing="on") | {"contact.email": "alice"}
    assert site.post("/register/", wrong).status_code == 422


def test_letters_in_another_encoding_are_refused(site: Client, owner: psycopg.Connection) -> None:
    """A form that is not in UTF-8 is never kept with other letters than those typed, and is told so."""
    typed = urlencode(filled(site, profile__name="X"))
    kind = "application/x-www-form-urlencoded"
    for place, field in (("profile.name=X", "profile.name=M%FCller"), ("alice%40", "M%FCller%40")):
        answer = site.post("/register/", typed.replace(place, field), content_type=kind)
        assert answer.status_code == 422
        assert b"did not arrive as they were typed" in answer.content.lower()
    answer = site.post(
        "/register/", typed.encode().replace(b"name=X", "name=Müller".encode("latin-1")), content_type=kind
    )
    assert answer.status_code == 400
    assert b"not written in UTF-8" in answer.content
    assert count(owner, "item") == 0
    assert site.post("/register/", typed.replace("name=X", "name=M%C3%BCller"), content_type=kind).status_code == 200
    assert owner.execute("SELECT fields->>'name' FROM item WHERE category = 'profile'").fetchone() == ("Müller",)


def test_caps_confirmations(site: Client, owner: psycopg.Connection) -> None:
    """However often a mailbox is registered, by whatever spelling, it gets three confirmations a day."""
    for number in range(6):
        email = f"Alice+{number}@example.org"
        assert site.post("/register/", filled(site) | {"contact.email": email}).status_code == 200
    assert (count(owner, "person"), count(owner, "outgoing")) == (6, 3)


def test_slows_down_a_network(site: Client, owner: psycopg.Connection) -> None:
    """A network that sends many forms is told to wait; another one is not."""
    typed, many = filled(site), 10_000 if "SOAK" in os.environ else 61
    statuses = [site.post("/register/", typed).status_code for _ in range(many)]
    assert statuses == [200] * 60 + [429] * (many - 60)
    assert site.post("/register/", typed, REMOTE_ADDR="192.0.2.1").status_code == 200
    assert count(owner, "person") == 1


def test_inquiry_keeps_the_question(site: Client, owner: psycopg.Connection) -> None:
    """A question is kept under its own channel."""
    assert site.post("/inquiry/", filled(site, "/inquiry/")).status_code == 200
    rows = owner.execute("SELECT DISTINCT s.channel, i.category FROM item i JOIN stamp s ON s.id = stamp_id").fetchall()
    assert set(rows) == {("inquiry", "contact"), ("inquiry", "inquiry")}


def test_confirms_by_post_alone(site: Client, owner: psycopg.Connection) -> None:
    """GET shows a button and proves nothing; POST proves the address, as often as it comes."""
    site.post("/register/", filled(site))
    link = mailed(owner)
    proven = "SELECT verified IS NOT NULL FROM address"
    assert site.get(link).status_code == 200
    assert site.head(link).status_code == 200
    assert owner.execute(proven).fetchall() == [(False,)]
    assert [site.post(link).status_code for _ in range(2)] == [200, 200]
    assert owner.execute(proven).fetchall() == [(True,)]


def test_a_late_link_leads_to_a_new_one(
    site: Client, owner: psycopg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A link that is too old proves nothing and offers a new one; so does the page for lost links."""
    site.post("/register/", filled(site))
    link = mailed(owner)
    monkeypatch.setattr("avow.collection.confirm._GOOD_FOR", timedelta(seconds=-1))
    assert site.post(link).status_code == 410
    monkeypatch.undo()
    known = site.post("/confirm/", {"address": "alice@example.org"})
    unknown = site.post("/confirm/", {"address": "nobody@example.org"})
    assert (known.status_code, known.content) == (unknown.status_code, unknown.content)
    assert count(owner, "outgoing") == 2
    assert site.post(mailed(owner)).status_code == 200


def test_who_registers_twice_gets_a_new_link(site: Client, owner: psycopg.Connection) -> None:
    """A lost link has a way on though the address is proven for an earlier registration; a proven one gets no more."""
    site.post("/register/", filled(site, profile__name="Alice"))
    site.post(mailed(owner))
    site.post("/register/", filled(site, profile__name="Alicia"))
    assert site.post("/confirm/", {"address": "ALICE@example.org"}).status_code == 200
    rows = owner.execute("SELECT person_id FROM outgoing ORDER BY at").fetchall()
    assert len(rows) == 3
    assert rows[2] == rows[1] != rows[0]
    site.post(mailed(owner))
    assert owner.execute("SELECT count(*) FROM address WHERE verified IS NULL").fetchone() == (0,)
    owner.execute("DELETE FROM attempt")
    site.post("/confirm/", {"address": "alice@example.org"})
    assert count(owner, "outgoing") == 3


def test_each_who_waits_at_an_address_gets_a_link(site: Client, owner: psycopg.Connection) -> None:
    """Whoever registered several times gets a link for each, as many as a mailbox gets in a day."""
    for number in range(5):
        site.post("/register/", filled(site, profile__name=f"Alice {number}"))
    owner.execute("DELETE FROM outgoing")
    owner.execute("DELETE FROM attempt")
    site.post("/confirm/", {"address": "alice@example.org"})
    assert owner.execute("SELECT count(*), count(DISTINCT person_id) FROM outgoing").fetchone() == (3, 3)


def test_the_message_says_what_is_true_and_how_to_end_it(site: Client, owner: psycopg.Connection) -> None:
    """It comes again when somebody types the address again, it says so, and its own link ends it."""
    site.post("/register/", filled(site, profile__name="Mallory"))
    form = single(in_force(), MessageKind.IDENTITY, CONFIRM)
    row = owner.execute("SELECT given FROM outgoing").fetchone()
    assert row
    words = form.text.fill(row[0] | {"company": "Harbour Mail, Inc."})
    assert "we will not write again" not in words
    assert "3 times a day at most" in words
    assert "Inc.." not in words
    stop = "/" + row[0]["stop"].split("/", 3)[3]
    page = site.get(stop)
    assert isinstance(page, HttpResponse)
    assert re.search(r'value="optional"[^>]* checked', page.content.decode())
    assert site.post(stop, {"stop": "optional"}).status_code == 200
    site.post("/register/", filled(site, profile__name="Mallory again"))
    assert owner.execute("SELECT state FROM outgoing ORDER BY at").fetchall() == [("waiting",), ("denied",)]


@pytest.mark.parametrize("path", ["/register/", "/inquiry/", "/choices/", "/signin/", "/confirm/"])
def test_no_sentence_ends_twice(site: Client, path: str) -> None:
    """The company's name ends with a stop, so no sentence ends with its name."""
    answer = site.get(path)
    assert isinstance(answer, HttpResponse)
    assert "Inc.." not in answer.content.decode()


def test_the_page_that_confirms_says_what_is_true(site: Client, owner: psycopg.Connection) -> None:
    """It promises no silence that others can break, and its link stops what they can set off."""
    site.post("/register/", filled(site))
    answer = site.get(mailed(owner))
    assert isinstance(answer, HttpResponse)
    page = answer.content.decode()
    assert "Inc.." not in page
    assert "we send nothing more" not in page
    assert 'href="/choices/?stop=optional"' in page


def statements(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Give a list that takes each statement which is executed from now on, by whichever cursor."""
    heard: list[str] = []
    execute = psycopg.Cursor.execute

    def hear(self: Any, query: Any, *rest: Any, **named: Any) -> Any:
        heard.append(" ".join(str(query).split())[:60])
        return execute(self, query, *rest, **named)

    monkeypatch.setattr(psycopg.Cursor, "execute", hear)
    return heard


def test_a_refusal_is_not_told_by_what_is_done(
    site: Client, owner: psycopg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """To ask a mailbox, or not to ask one that stopped everything, takes the very same statements."""
    people = []
    for name in ("alice", "bob"):
        site.post("/register/", filled(site) | {"contact.email": f"{name}@example.org"})
        people.append(persons_at(parse(f"{name}@example.org").exact_id)[0])
    site.post("/choices/", {"address": "bob@example.org", "act": "stop", "stop": "optional"})
    owner.execute("DELETE FROM outgoing")
    found = []
    heard = statements(monkeypatch)
    for name, person in zip(("alice", "bob"), people, strict=True):
        heard.clear()
        address = parse(f"{name}@example.org")
        ask(person, address.exact_id, address.reach_id, (), unless=Scope.OPTIONAL)
        found.append(list(heard))
    assert found[0] == found[1]
    assert any("INSERT INTO outgoing" in one for one in found[0])
    assert owner.execute("SELECT state FROM outgoing ORDER BY at").fetchall() == [("waiting",), ("denied",)]


def test_registering_takes_its_time(site: Client) -> None:
    """Whether a mailbox is new, known or refused everything, the answer takes no less than its floor."""
    site.post("/choices/", {"address": "bob@example.org", "act": "stop", "stop": "optional"})
    for address in ("alice@example.org", "alice@example.org", "bob@example.org"):
        typed = filled(site) | {"contact.email": address}
        begun = time.monotonic()
        assert site.post("/register/", typed).status_code == 200
        assert time.monotonic() - begun >= SHORT


def test_forged_links_prove_nothing(site: Client, owner: psycopg.Connection) -> None:
    """A link with one changed letter, or of another act, is refused."""
    site.post("/register/", filled(site))
    link = mailed(owner)
    assert site.post(link[:-3] + ("A" if link[-3] != "A" else "B") + "/").status_code in {404, 410}
    assert site.post("/confirm/" + shown(site.get("/register/")) + "/").status_code == 404
    assert owner.execute("SELECT count(*) FROM address WHERE verified IS NOT NULL").fetchone() == (0,)
