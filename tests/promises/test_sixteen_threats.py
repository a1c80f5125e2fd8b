"""Try to get, change or destroy another's data, in the sixteen ways that are known: each is refused or bounded."""

import json
import re
from html import unescape
from time import monotonic
from uuid import UUID

import psycopg
import pytest
from django.test import Client

from avow.accuracy.copy.copy import copy
from avow.accuracy.copy.file import as_csv, as_json
from avow.accuracy.forgotten.forget import forget
from avow.decision.request import Request
from avow.gate.clear import clear
from avow.lmtp.take import take as take_letter
from avow.mail.outbox import work
from avow.mail.taken.queue import queue
from avow.page.site import policy
from avow.page.steady import FLOOR, SHORT
from avow.policy.proof.keeps import proves
from avow.record.known.address import parse
from avow.record.known.identity import end_address, on_file, persons_at
from avow.record.own.opened import kept_of
from avow.record.petitions.petition import petitions_of
from avow.record.seen.cases import case_of, open_case
from avow.record.shown.notice import show
from avow.record.taken.bulk import Arrival, take
from avow.record.taken.store import Given, keep
from avow.terms import ChannelKind, Promise, RecipientClass, Role, Scope
from tests.promises.conftest import Site
from tests.promises.test_letters import written
from tests.units.page.staff.cast import at_desk
from tests.units.record.cast import reach_of, refused, stamped

ALICE, MALLORY, UNKNOWN = "alice@example.org", "mallory@example.net", "nobody@example.net"
MARK = "CANARY-QUAY"
EVIL = '<script>alert("1")</script>'


def customer(address: str = ALICE, name: str = "Alice Anders") -> UUID:
    """Let somebody order, from a proven address."""
    order = {"product": "Lighthouse", "number": "7", "billing": MARK}
    given = {"contact": {"email": address}, "profile": {"name": name}, "order": order}
    one = Arrival(show(policy(), ChannelKind.ORDER, "en"), "shop", parse(address), given, proven=True)
    take([one])
    return one.person


def plain(page: bytes) -> str:
    """Give a page without what is sealed anew each time."""
    return re.sub(r'value="[^"]+"', "", page.decode())


def mailed(owner: psycopg.Connection) -> list[str]:
    """Give to which exact addresses, by their ids, messages were posted, the oldest first."""
    rows = owner.execute("SELECT encode(exact, 'hex') FROM outgoing ORDER BY at").fetchall()
    return [row[0] for row in rows]


def begun(site: Site, path: str, **typed: str) -> str:
    """Ask for a code, and give the token that the page carries."""
    found = re.search(r'name="token" value="([^"]+)"', site.browser.post(path, typed).content.decode())
    assert found
    return unescape(found[1])


def code_of(owner: psycopg.Connection, words: str) -> str:
    """Give the code that was posted last in these words."""
    row = owner.execute("SELECT given->>'code' FROM outgoing WHERE words = %s ORDER BY at DESC", [words]).fetchone()
    assert row
    return str(row[0])


def filled(site: Site, path: str, address: str, typed: dict[str, str]) -> dict[str, str]:
    """Fill in what a form asks for, from an address."""
    page = site.browser.get(path).content.decode()
    found = re.search(r'name="shown" value="([^"]+)"', page)
    assert found
    asked = {name: words for name, words in typed.items() if f'name="{name}"' in page}
    return {"shown": unescape(found[1]), "contact.email": address, **asked}


def answered(site: Site, path: str, **typed: str) -> tuple[int, str, set[str], bool]:
    """Give what a page answers to an address: status, words, headers and cookies, whether it took its time."""
    begun_at = monotonic()
    answer = site.browser.post(path, typed)
    took = monotonic() - begun_at
    whose = typed.get("address") or typed["contact.email"]
    words = plain(answer.content).replace(whose, "")
    return (
        answer.status_code,
        words,
        {*answer.headers, *site.browser.cookies},
        took >= (FLOOR if "address" in typed else SHORT),
    )


def letters(site: Site) -> dict[str, str]:
    """Send what waits, and give the answers to letters, without what is different in each."""
    while work():
        pass
    bodies = {to: one.get_body(("plain",)) for to, one in site.received("# Your letter to us").items()}
    return {to: re.sub(r"http\S+|[\w.]+@\S+", "", str(body.get_content())) for to, body in bodies.items() if body}


@proves(Promise.ACCESS, "S29")
def test_t1_public_facts_open_nothing(site: Site, owner: psycopg.Connection) -> None:
    """Name, telephone and number of an order are asked for nowhere; the code goes to the address on file alone."""
    customer()
    facts = {"name": "Alice Anders", "number": "7", "send_to": MALLORY}
    token = begun(site, "/signin/", address=ALICE, **facts)
    assert mailed(owner) == [parse(ALICE).exact_id.hex()]
    for guess in ("7", "00000000", "Alice Anders"):
        answer = site.browser.post("/signin/", {"token": token, "code": guess, **facts})
        assert (answer.status_code, MARK in answer.content.decode()) == (422, False)
    assert site.browser.get("/me/correct/").status_code == 302


@proves(Promise.ACCESS, "S29")
def test_t2_a_forged_sender_gets_no_answer_with_data(site: Site, owner: psycopg.Connection) -> None:
    """A letter in somebody's name is answered to the address that it names, with the words that everybody gets."""
    alice = customer()
    for sender in (ALICE, UNKNOWN):
        letter = written("What data do you hold about me?", sender, Reply_To=MALLORY)
        assert take_letter(letter)
    assert parse(MALLORY).exact_id.hex() not in mailed(owner)
    told = letters(site)
    assert told[ALICE] == told[UNKNOWN]
    assert MARK not in told[ALICE]
    assert case_of(alice) is None, "whoever wrote is not known to be her"


@proves(Promise.CORRECTION, "S30")
def test_t3_who_changed_an_address_asks_for_a_copy_in_vain(site: Site, owner: psycopg.Connection) -> None:
    """For a week it is given by no page, and not with a code from before; her old address is told at once.

    Whoever changes an address learns nothing of who holds the new one.
    """
    alice, _ = customer(), customer(MALLORY)
    site.sign_in(ALICE)
    before = {"token": begun(site, "/me/copy/"), "code": code_of(owner, "code-copy")}
    assert MARK in site.browser.post("/me/copy/", before).content.decode(), "it could be had until now"
    again = {"token": begun(site, "/me/copy/"), "code": code_of(owner, "code-copy")}
    shown = [site.browser.post("/me/address/", {"address": one}).content for one in (MALLORY, UNKNOWN)]
    assert plain(shown[0]) == plain(shown[1])
    token = begun(site, "/me/address/", address=UNKNOWN)
    codes = {"old": code_of(owner, "code-old"), "new": code_of(owner, "code-new")}
    assert site.browser.post("/me/address/", {"token": token, **codes}).status_code == 302
    told = owner.execute("SELECT encode(exact, 'hex') FROM outgoing WHERE words = 'address-changed'").fetchall()
    assert told == [(parse(ALICE).exact_id.hex(),)]
    for typed in (again, {}):
        answer = site.browser.post("/me/copy/", typed)
        assert (answer.status_code, MARK in answer.content.decode()) == (403, False)
    owner.execute("DELETE FROM attempt")
    site.sign_in(UNKNOWN)
    assert "can be had from" in site.browser.get("/me/copy/").content.decode()
    assert site.browser.post("/me/copy/").status_code == 403
    owner.execute("UPDATE address SET ended = ended - interval '8 days' WHERE person_id = %s", [alice])
    after = {"token": begun(site, "/me/copy/"), "code": code_of(owner, "code-copy")}
    assert MARK in site.browser.post("/me/copy/", after).content.decode(), "the week alone held it back"


@proves(Promise.CORRECTION, "S30")
def test_t4_a_mailbox_that_was_left_opens_nothing_even_if_a_feed_names_it(site: Site) -> None:
    """Who has the old mailbox today gets no code of hers, also when a shop hands the old address in again."""
    alice = customer()
    new = "alice@example.com"
    keep(stamped(ChannelKind.ORDER, "shop"), [Given("contact", {"email": new})], parse(new), person=alice)
    assert persons_at(parse(ALICE).exact_id) == [alice]
    end_address(alice, parse(ALICE).exact_id)
    keep(stamped(ChannelKind.ORDER, "shop"), [Given("contact", {"email": ALICE})], parse(ALICE), person=alice)
    assert persons_at(parse(ALICE).exact_id) == []
    assert not [one for one in on_file(parse(ALICE)) if one.person == alice]
    shown = [site.browser.post("/signin/", {"address": one}).content for one in (ALICE, UNKNOWN)]
    assert plain(shown[0]) == plain(shown[1])


@proves(Promise.ACCESS, "S29")
def test_t5_a_shared_mailbox_proves_little(site: Site) -> None:
    """Two at one mailbox are told apart: who signs in sees one of them, and no order without a second code."""
    customer(name="Alice Anders"), customer(name="Adam Anders")
    site.sign_in(ALICE)
    page = site.browser.get("/me/correct/").content.decode()
    assert sum(name in page for name in ("Alice Anders", "Adam Anders")) == 1
    assert MARK not in page


@proves(Promise.ACCESS, "S29")
def test_t6_somebody_who_says_that_they_act_for_another_gets_nothing(site: Site, owner: psycopg.Connection) -> None:
    """A letter of a supposed agent is answered like any other, for known and unknown, and opens nobody's case."""
    alice = customer()
    for number, whom in enumerate((ALICE, UNKNOWN)):
        assert take_letter(
            written(f"I act for {whom}. Send me all data that you hold about them.", f"a{number}@{MALLORY[8:]}")
        )
    assert parse(ALICE).exact_id.hex() not in mailed(owner)
    told = letters(site)
    assert len(told) == 2
    assert len(set(told.values())) == 1
    assert case_of(alice) is None
    assert MARK not in "".join(told.values())


@proves(Promise.ACCESS, "S29")
def test_t7_flooding_asks_once_and_never_blocks_a_no(site: Site, owner: psycopg.Connection) -> None:
    """Eight requests are one, codes are capped, and a no is taken all the same."""
    alice = customer()
    site.sign_in(ALICE)
    for number in range(8):
        site.browser.post("/me/requests/", {"wish": "comment", "words": f"Again, number {number}."})
        site.browser.post("/signin/", {"address": ALICE})
    assert len(petitions_of(alice)) == 1
    assert len(queue(99, every=True)) == 1
    assert mailed(owner).count(parse(ALICE).exact_id.hex()) <= 5
    assert site.browser.post("/choices/", {"address": ALICE}).status_code in {200, 302, 429}
    site.browser.post("/me/", {"choose": "scope-marketing:no"})
    assert Scope.MARKETING in refused(owner, "reach", "id", reach_of(ALICE))


@proves(Promise.ACCESS, "S29")
def test_t8_nobody_learns_who_is_known(site: Site, owner: psycopg.Connection) -> None:
    """Each page that takes an address answers alike, as late, for who is known, who left and who is unknown.

    What differs is what is mailed, to the address that was typed and to nobody else: its holder alone sees that.
    """
    alice = customer()
    site.sign_in(ALICE)
    site.browser.post("/me/", {"choose": "scope-marketing:no"})
    site.browser.post("/signout/")
    site.browser.cookies.clear()
    end_address(customer(MALLORY), parse(MALLORY).exact_id)
    shift = {"/signin/": {}, "/choices/": {"act": "link"}, "/choices/?": {}, "/confirm/": {}}
    for path, typed in shift.items():
        owner.execute("DELETE FROM outgoing")
        told = {one: answered(site, path, address=one, **typed) for one in (ALICE, MALLORY, UNKNOWN)}
        assert told[ALICE] == told[MALLORY] == told[UNKNOWN], path
        assert told[ALICE][-1], f"{path} is answered sooner than what is done takes"
        mails = path in {"/signin/", "/choices/"}
        assert mailed(owner) == ([parse(ALICE).exact_id.hex()] if mails else []), "she is known, and it could be seen"
    for path in ("/register/", "/inquiry/", "/order/", "/support/", "/apply/", "/lists/newsletter/join/"):
        typed = {"order.product": "Pier", "order.number": "1", "inquiry.subject": "Hours", "inquiry.message": "When?"}
        typed |= {"order.billing": "Quay", "support.product": "Pier", "support.problem": "It leaks."}
        typed |= {"application.position": "Pilot", "application.letter": "I steer."}
        told = {one: answered(site, path, **filled(site, path, one, typed)) for one in (ALICE, MALLORY, UNKNOWN)}
        assert told[ALICE] == told[MALLORY] == told[UNKNOWN], path
        assert told[ALICE][0] == 200, path
    assert len(kept_of(alice)) == 3, "nothing that a stranger typed is hers"


@proves(Promise.ACCESS, "S29")
@pytest.mark.usefixtures("site")
def test_t9_the_same_name_is_not_the_same_person() -> None:
    """Two of one name have two copies: what one gave is in no copy of the other."""
    first, second = customer(ALICE), customer(MALLORY)
    for mine, theirs, not_mine in ((first, ALICE, MALLORY), (second, MALLORY, ALICE)):
        found = as_json(copy(mine, opened=True))
        assert theirs in found
        assert not_mine not in found


@proves(Promise.ACCESS, "S29")
@pytest.mark.usefixtures("site")
def test_t10_what_others_wrote_of_somebody_is_theirs() -> None:
    """A question in which Mallory tells of Alice is in his copy, and not in hers; hers names nobody else."""
    alice = customer()
    told = Given("inquiry", {"subject": "Alice Anders", "message": "Mallory saw Alice at the CANARY-PIER."})
    keep(stamped(ChannelKind.INQUIRY), [Given("contact", {"email": MALLORY}), told], parse(MALLORY))
    found = as_json(copy(alice, opened=True))
    assert MARK in found
    assert not any(word in found for word in ("CANARY-PIER", "Mallory", MALLORY))


@proves(Promise.ACCESS, "S29")
def test_t11_no_page_takes_a_scan_of_papers(site: Site, owner: psycopg.Connection) -> None:
    """No form of ours has a place for a file, and what is sent all the same is not kept."""
    alice = customer()
    site.sign_in(ALICE)
    item = next(one.id for one in kept_of(alice) if one.category == "order")
    for path in ("/me/", "/me/copy/", "/me/correct/", f"/me/correct/{item}/propose/", "/me/requests/", "/signin/"):
        assert 'type="file"' not in site.browser.get(path).content.decode()
    before = owner.execute("SELECT count(*) FROM item").fetchone()
    files = {"scan": json.dumps({"passport": "CANARY"}), "wish": "comment", "words": "My passport."}
    site.browser.post("/me/requests/", files)
    assert "CANARY" not in str(petitions_of(alice))
    assert owner.execute("SELECT count(*) FROM item").fetchone() == before


@proves(Promise.ACCESS, "S29")
def test_t12_a_package_is_never_mailed_and_its_code_opens_one_thing_once(site: Site, owner: psycopg.Connection) -> None:
    """The mail holds a code alone; it opens the copy once, and no session; a code for a session opens no copy."""
    customer()
    site.sign_in(ALICE)
    token = begun(site, "/me/copy/")
    (code,) = owner.execute("SELECT given->>'code' FROM outgoing WHERE words = 'code-copy'").fetchall()[0]
    (other,) = owner.execute("SELECT given->>'code' FROM outgoing WHERE words = 'code'").fetchall()[0]
    assert site.browser.post("/me/copy/", {"token": token, "code": other}).status_code == 422
    assert MARK in site.browser.post("/me/copy/", {"token": token, "code": code}).content.decode()
    assert site.browser.post("/me/copy/", {"token": token, "code": code}).status_code == 422
    stranger = Client(headers={"host": "localhost"})
    assert stranger.post("/me/copy/", {"token": token, "code": code})["Location"] == "/signin/"
    while work():
        pass
    assert MARK.encode() not in b"".join(data for _, data in site.server.taken)


@proves(Promise.CORRECTION, "S30")
def test_t13_whoever_got_in_destroys_nothing(site: Site, owner: psycopg.Connection) -> None:
    """No page of who signed in erases anything; and what was refused outlives even an erasure by staff."""
    alice = customer()
    site.sign_in(ALICE)
    site.browser.post("/me/", {"choose": "scope-marketing:no"})
    for path in ("/me/", "/me/requests/", "/me/copy/", "/me/correct/"):
        site.browser.post(path, {"wish": "erasure", "words": "all", "act": "forget", "sure": "yes"})
        site.browser.delete(path)
    assert len(kept_of(alice)) == 3
    forget(alice)
    assert Scope.MARKETING in refused(owner, "reach", "id", reach_of(ALICE))


@proves(Promise.CONFIDENTIAL, "S19")
def test_t14_staff_read_nobody_unseen(site: Site) -> None:
    """Without a case an officer sees nobody, known or not; with one, the person sees who read what."""
    alice = customer()
    officer, _ = at_desk(Role.PRIVACY_OFFICER)
    pages = [officer.get(f"/desk/people/{one}/?for=rights") for one in (alice, UUID(int=5))]
    assert [page.status_code for page in pages] == [404, 404]
    assert pages[0].content == pages[1].content
    open_case(alice, UUID(int=9), "asked")
    assert MARK in officer.get(f"/desk/people/{alice}/?for=rights").content.decode()
    site.sign_in(ALICE)
    page = site.browser.get("/me/reads/").content.decode()
    assert "Privacy officer" in page
    assert "Your rights" in page


@proves(Promise.ACCESS, "S29")
def test_t15_what_people_typed_runs_nowhere(site: Site) -> None:
    """Script in a name, in a request and in an answer is text everywhere; a formula is text in the file."""
    alice = customer(name=EVIL)
    keep(stamped(ChannelKind.SUPPORT), [Given("support", {"product": "=1+1", "problem": EVIL})], None, person=alice)
    site.sign_in(ALICE)
    site.browser.post("/me/requests/", {"wish": "comment", "words": EVIL})
    officer, _ = at_desk(Role.PRIVACY_OFFICER)
    key = petitions_of(alice)[0].id
    pages = [officer.get(path) for path in (f"/desk/people/{alice}/?for=rights", f"/desk/requests/{key}/")]
    officer.post(f"/desk/requests/{key}/answer/", {"act": "refuse", "reply": EVIL})
    pages += [site.browser.get(path) for path in ("/me/requests/", "/me/correct/")]
    for page in pages:
        assert "&lt;script&gt;" in page.content.decode()
        assert "<script>alert" not in page.content.decode()
    assert "'=1+1" in as_csv(copy(alice, opened=True))


@proves(Promise.CONFIDENTIAL, "S19")
def test_t16_a_letter_that_says_it_is_the_law_gets_nothing(site: Site) -> None:
    """A letter of a supposed authority waits for a person, with the answer that everybody gets; the gate stays shut."""
    alice = customer()
    order = "Police, docket 7: hand over all data of alice@example.org at once, and tell nobody."
    assert take_letter(written(order, MALLORY, "Court order"))
    assert take_letter(written(order.replace(ALICE, UNKNOWN), "clerk@example.net", "Court order"))
    told = letters(site)
    assert len(set(told.values())) == 1
    assert MARK not in "".join(told.values())
    assert case_of(alice) is None
    legal = Request("legal", frozenset({"contact", "order"}), RecipientClass.AUTHORITY)
    assert not clear(legal, [alice]).allowed
