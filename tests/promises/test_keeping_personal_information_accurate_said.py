"""Prove that people see what they wrote to us and were answered, and nobody else's, and write again from there."""

import re
import time
from uuid import UUID

import psycopg
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse

from avow.accuracy.forgotten.forget import forget
from avow.page.signed.session import COOKIE, Signed, sealed
from avow.policy.proof.keeps import proves
from avow.record.key import new_key
from avow.record.known.address import parse
from avow.record.known.identity import persons_at, verify
from avow.record.known.session import session
from avow.record.matters.matter import begin as matter
from avow.record.matters.matter import matters_of
from avow.record.own.awaited import begin as begun
from avow.record.taken.store import Given, keep
from avow.terms import ChannelKind, Promise, Role
from tests.promises.conftest import Site, person_at
from tests.promises.posting import visitor
from tests.promises.writing import ALICE, BOB, hand_in, letter, paths, read, say, sent, text_of
from tests.units.page.staff.cast import at_desk
from tests.units.record.cast import stamped

PROBLEM = {"support__product": "Lighthouse", "support__problem": "It does not start."}
QUESTION = {"inquiry__subject": "Prices", "inquiry__message": "How much?"}
ORDER = {"order__product": "Lighthouse", "order__number": "7", "order__billing": "Quay Street 1"}
JOB = {"application__position": "Keeper", "application__letter": "I like the sea."}


def begin(site: Site, path: str, address: str = ALICE, **typed: str) -> str:
    """Fill in a form and prove its address; give the page of what that began."""
    exact = parse(address).exact_id
    known = set(persons_at(exact))
    assert site.browser.post(path, site.form(path, contact__email=address, **typed)).status_code == 200
    (person,) = set(persons_at(exact)) - known
    verify(person, exact, "promise")
    (found,) = matters_of(person)
    return f"/me/said/{found.id}/"


def whose(page: str) -> UUID:
    """Give whose matter a page is about, of those who wrote from Alice's mailbox."""
    at = persons_at(parse(ALICE).exact_id)
    return next(person for person in at for one in matters_of(person) if f"/me/said/{one.id}/" == page)


def turn(site: Site, person: UUID) -> None:
    """Turn to another entry at the address that is signed in."""
    assert site.browser.post("/me/apart/", {"entry": person.hex})["Location"] == "/me/"


def more(person: UUID, product: str) -> str:
    """Let a person ask support once more, signed in; give the page of what that began."""
    key, words = new_key(), {"product": product, "problem": "It does not start."}
    keep(stamped(ChannelKind.SUPPORT), [Given("support", words)], None, person=person, thread=key)
    matter(person, key, ChannelKind.SUPPORT, parse(ALICE).exact_id, ("support", ""))
    return f"/me/said/{key}/"


def reply(site: Site, path: str, words: str) -> HttpResponse:
    """Write again from the page of a matter."""
    answer = site.browser.post(path, site.form(path, words=words))
    assert isinstance(answer, HttpResponse)
    return answer


@proves(Promise.ACCESS, "S29")
def test_people_see_what_they_wrote_and_were_answered(site: Site) -> None:
    """By page and by mail, questions, orders, applications and support, with our answers and not with our notes."""
    pages = {
        begin(site, "/inquiry/", **QUESTION): "How much?",
        begin(site, "/order/", **ORDER): "Quay Street 1",
        begin(site, "/apply/", **JOB): "Not shown here yet.",
    }
    hand_in(letter("The lamp does not turn."))
    helper, _ = at_desk(Role.SUPPORT)
    (path,) = paths(helper, "support")
    exact = parse(ALICE).exact_id
    for person in persons_at(exact):
        verify(person, exact, "the link that was mailed")
    say(helper, path, "Oil it.")
    say(helper, path, "Seems to be in a hurry.", "note")
    pages[path.replace("/desk/support/", "/me/said/")] = "The lamp does not turn."
    site.sign_in(ALICE)
    listed = read(site.browser, "/me/apart/")
    for page, words in pages.items():
        assert whose(page).hex in listed or "you see this one" in listed
        turn(site, whose(page))
        shown = read(site.browser, "/me/said/")
        assert [f'href="{one}"' in shown for one in pages] == [one == page for one in pages], "each is apart"
        assert [site.browser.get(one).status_code for one in pages if one != page] == [404] * 3
        assert words in read(site.browser, page)
    support = read(site.browser, page)
    assert "The lamp does not turn." in support
    assert "Oil it." in support
    assert "in a hurry" not in support


@proves(Promise.ACCESS, "S29")
def test_nobody_sees_what_another_wrote(site: Site, owner: psycopg.Connection) -> None:
    """Neither by its address nor its file, nor what a stranger began under one's address, nor without signing in."""
    form: dict[str, object] = dict(site.form("/apply/", contact__email=ALICE, **JOB))
    form |= {"application.cv": SimpleUploadedFile("cv.txt", b"my life")}
    assert site.browser.post("/apply/", form).status_code == 200
    (matter,) = matters_of(person_at(ALICE))
    (key,) = owner.execute("SELECT id FROM enclosed").fetchone() or ()
    page = f"/me/said/{matter.id}/"
    file = f"{page}file/{key}/"
    for path in ("/me/said/", page, file):
        assert site.browser.get(path)["Location"] == "/signin/"
    own = begin(site, "/support/", BOB, **PROBLEM)
    site.sign_in(BOB)
    assert "It does not start." in read(site.browser, own)
    for path in (page, file):
        assert site.browser.get(path).status_code == 404
    assert site.browser.post(page, {"words": "Hello", "shown": "x"}).status_code == 404
    assert "I like the sea." not in read(site.browser, "/me/said/")
    site.browser.cookies.clear()
    begin(site, "/inquiry/", ALICE, **QUESTION)
    site.sign_in(ALICE)
    assert site.browser.get(page).status_code == 404, "nobody proved yet that she wrote that"
    assert site.browser.post("/me/apart/", {"entry": matter.person.hex}).status_code == 404
    verify(matter.person, parse(ALICE).exact_id, "the link that was mailed")
    assert site.browser.get(page).status_code == 404, "it may be another's who reads the same mailbox"
    assert "Keeper" not in read(site.browser, "/me/said/")
    turn(site, matter.person)
    assert "I like the sea." not in read(site.browser, page), "signing in alone does not show it"
    assert site.browser.get(file).status_code == 403
    begun(matter.person)
    owner.execute("UPDATE awaited SET at = at - interval '4 days'")
    assert "I like the sea." in read(site.browser, page)
    got = site.browser.get(file)
    assert isinstance(got, HttpResponse)
    assert got.content == b"my life"
    assert got["Content-Disposition"].startswith("attachment")


@proves(Promise.SUPPORT, Promise.CHANNELS_ONLY, "S3", "S9")
def test_people_write_again_where_it_is_open(site: Site, owner: psycopg.Connection) -> None:
    """What is written there is kept once, under the words shown beside it; staff read and answer it in its place."""
    helper, _ = at_desk(Role.SUPPORT)
    page = begin(site, "/support/", **PROBLEM)
    site.sign_in(ALICE)
    typed = site.form(page, words="It is on fire now. <script>alert(1)</script>")
    assert [site.browser.post(page, typed).status_code for _ in range(2)] == [302, 302]
    (desk,) = paths(helper, "support")
    said = read(helper, desk)
    assert said.count("It is on fire now.") == 1
    assert "<script>alert(1)" not in said + read(site.browser, page)
    row = owner.execute(
        "SELECT s.channel, s.source, s.notice IS NOT NULL, i.entry > 0, i.stated <> 0::bit(256) FROM item i"
        " JOIN stamp s ON s.id = i.stamp_id WHERE s.source = '/me/said/'"
    ).fetchone()
    assert row == ("support", "/me/said/", True, True, True)
    assert reply(site, page, "").status_code == 422
    assert site.browser.post(page, {"words": "Hello"}).status_code == 400
    foreign = site.browser.post(page, site.form(page, words="Hello"), headers={"sec-fetch-site": "cross-site"})
    assert foreign.status_code == 403
    sent(site, ALICE)
    say(helper, desk, "Call the brigade.", "end")
    assert "Call the brigade." in text_of(sent(site, ALICE)[0])
    assert 'name="words"' not in read(site.browser, page)
    assert site.browser.post(page, typed | {"words": "More"}).status_code == 409


@proves(Promise.ACCESS, "S29")
def test_what_one_began_is_listed_a_page_at_a_time(site: Site) -> None:
    """Each is listed once, the latest first; where a person is forgotten it is gone."""
    pages = [begin(site, "/support/", **PROBLEM)]
    pages += [more(whose(pages[0]), f"Lamp {number}") for number in range(1, 12)]
    site.sign_in(ALICE)
    first = read(site.browser, "/me/said/")
    found = re.search(r'href="(/me/said/\?before=[^"]+)"', first)
    assert found
    second = read(site.browser, found[1])
    links = [re.findall(r'href="(/me/said/[0-9a-f-]{36}/)"', page) for page in (first, second)]
    assert links == [pages[:1:-1], pages[1::-1]]
    assert "Lamp 11" in first
    for path in (
        "/me/said/?before=nothing",
        "/me/said/?before=1e99_x",
        f"{pages[0]}?from=99999999",
        f"{pages[0]}?from=-1",
    ):
        assert site.browser.get(path).status_code == 200
    forget(whose(pages[0]))
    assert site.browser.get(pages[0]).status_code in {302, 404}


@proves(Promise.ACCESS, "S29")
def test_to_turn_to_another_entry_makes_no_session_longer(site: Site) -> None:
    """It lasts half an hour from the code, whatever one turns to; signing out ends each session at that address."""
    one, other = (
        whose(begin(site, path, **typed)) for path, typed in (("/inquiry/", QUESTION), ("/support/", PROBLEM))
    )
    thief = visitor()
    then, later_on = int(time.time()) - 1790, time.time() + 20
    thief.cookies[COOKIE] = token = sealed(signed_as(one, since=then))
    assert thief.post("/me/apart/", {"entry": one.hex})["Location"] == "/me/", "to one's own: nothing is renewed"
    assert thief.cookies[COOKIE].value == token
    thief.cookies[COOKIE] = sealed(signed_as(other, since=then))
    assert thief.post("/me/apart/", {"entry": one.hex})["Location"] == "/me/"
    assert thief.get("/me/").status_code == 200
    assert thief.post("/me/apart/", {"entry": other.hex})["Location"] == "/me/"
    with pytest.MonkeyPatch.context() as later:
        later.setattr(time, "time", lambda: later_on)
        assert thief.get("/me/")["Location"] == "/signin/", "half an hour from the code is over"
    assert thief.get("/me/").status_code == 200
    site.browser.cookies[COOKIE] = sealed(signed_as(one))
    assert site.browser.post("/signout/").status_code == 302
    assert thief.get("/me/")["Location"] == "/signin/", "and so is the other's at the address"


def signed_as(person: UUID, **told: int) -> Signed:
    """Give the session of somebody at Alice's address."""
    number = session(person, parse(ALICE).exact_id)
    assert number is not None
    return Signed(person, parse(ALICE).exact_id, parse(ALICE).reach_id, number, **told)
