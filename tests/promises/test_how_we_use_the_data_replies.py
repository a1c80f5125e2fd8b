"""Prove how what people began is answered: for its purpose, so often, and never as marketing."""

from dataclasses import replace
from threading import Thread
from typing import Any

import psycopg
import pytest
from django.db import connections
from django.test import Client

from avow.accuracy.copy.copy import copy
from avow.accuracy.forgotten.forget import forget
from avow.collection import letters
from avow.collection.matters.mailed import Meant, meant
from avow.errors import MailError, RecordError
from avow.mail.taken.over import FOLLOWING, over
from avow.policy.document import FormField
from avow.policy.proof.keeps import proves
from avow.record.key import NOBODY
from avow.record.matters.matter import Matter, matter_at, matters_of, sweep
from avow.record.shown.versions import in_force
from avow.terms import FieldType, Promise, Role
from avow.uses.replies.answer import answer
from tests.promises.conftest import Site, person_at
from tests.promises.writing import ALICE, BOB, VOUCHED, hand_in, letter, paths, read, say, sent, text_of
from tests.units.page.staff.cast import at_desk

PROBLEM = {"support__product": "Lighthouse", "support__problem": "It does not start."}
QUESTION = {"inquiry__subject": "Prices", "inquiry__message": "How much?"}
ORDER = {"order__product": "Lighthouse", "order__number": "7", "order__billing": "Quay Street 1"}
JOB = {"application__position": "Keeper", "application__letter": "I like the sea."}


def begun(site: Site, path: str, address: str = ALICE, **typed: str) -> Matter:
    """Fill in a form and prove the address; give what that began."""
    assert site.browser.post(path, site.form(path, contact__email=address, **typed)).status_code == 200
    found = matters_of(person_at(address, prove=True))
    sent(site, address)
    return found[-1]


def again(found: Matter) -> Matter:
    """Give a matter as it stands now."""
    now = matter_at(found.id)
    assert now
    return now


@proves(Promise.SUPPORT, Promise.PURPOSES_ONLY, "S17")
@pytest.mark.parametrize(
    "words", ["20% off if you buy now!", "How satisfied are you with us?", "Please take this short survey."]
)
def test_an_answer_sells_nothing_and_asks_for_no_praise(site: Site, words: str) -> None:
    """A promotion, and a question how satisfied they are, are marketing, and no answer; a plain answer goes out."""
    found = begun(site, "/support/", **PROBLEM)
    with pytest.raises(MailError):
        answer(found, NOBODY, words)
    assert not sent(site, ALICE)
    answer(again(found), NOBODY, "Turn it round.")
    assert "Turn it round." in text_of(sent(site, ALICE)[0])


@proves(Promise.INQUIRIES, Promise.PURPOSES_ONLY, "S8", "S17")
def test_a_question_is_answered_so_often_and_the_next_is_marketing(site: Site, owner: psycopg.Connection) -> None:
    """Whoever asked is answered a few times; then not, by our words nor by the gate, until they write again.

    That it is over stands in the ledger: a commitment for the question, and one for who may be answered no more.
    """
    found = begun(site, "/inquiry/", **QUESTION)
    for number in range(FOLLOWING):
        answer(again(found), NOBODY, f"Answer {number}.")
    with pytest.raises(MailError, match="marketing"):
        answer(again(found), NOBODY, "Just checking in!")
    assert over() == 0, "our last words are still on their way"
    answers = sent(site, ALICE)
    assert len(answers) == FOLLOWING
    assert site.may(found.person, "inquiry")
    assert over() == 1
    assert not site.may(found.person, "inquiry")
    ended = "SELECT length(covers) / 32 FROM entry WHERE kind = 'ended'"
    assert owner.execute(ended).fetchall() == [(2,)]
    hand_in(letter("And in winter?", ALICE, f"Re: {answers[-1]['Subject']}", **VOUCHED))
    assert site.may(found.person, "inquiry")
    answer(again(found), NOBODY, "The same.")
    assert "The same." in text_of(sent(site, ALICE)[0])


@proves(Promise.INQUIRIES, "S8")
def test_no_stranger_gets_the_answer(site: Site) -> None:
    """An address that nobody proved is not answered, and whoever answers is told why; once it is proven, it is."""
    assert site.browser.post("/inquiry/", site.form("/inquiry/", contact__email=ALICE, **QUESTION)).status_code == 200
    (found,) = matters_of(person_at(ALICE))
    with pytest.raises(RecordError, match="nobody proved"):
        answer(found, NOBODY, "Ten.")
    person_at(ALICE, prove=True)
    sent(site, ALICE)
    answer(found, NOBODY, "Ten.")
    assert "Ten." in text_of(sent(site, ALICE)[0])


@proves(Promise.SUPPORT, Promise.CONFIDENTIAL, "S17", "S19")
def test_what_is_closed_is_read_and_answered_no_more(site: Site) -> None:
    """Once it is over, support neither reads nor writes; whoever began it takes it up again by writing."""
    helper, _ = at_desk(Role.SUPPORT)
    first = hand_in(letter("The lamp does not turn."))
    sent(site, ALICE)
    (path,) = paths(helper, "support")
    say(helper, path, "Oil it.", "end")
    assert over() == 0
    (told,) = sent(site, ALICE)
    assert "The lamp does not turn." in read(helper, path)
    assert over() == 1
    assert "The lamp does not turn." not in read(helper, path)
    (found,) = matters_of(person_at(ALICE))
    with pytest.raises(RecordError):
        answer(found, NOBODY, "One thing more.")
    hand_in(letter("It still does not.", In_Reply_To=str(told["Message-ID"]), References=first, **VOUCHED))
    assert paths(helper, "support") == [path]
    assert "The lamp does not turn." in read(helper, path)


@proves(Promise.SUPPORT, Promise.CONFIDENTIAL, "S9", "S19")
def test_a_letter_that_may_be_forged_takes_nothing_up_again(site: Site) -> None:
    """With the mark and the mailbox of who began it, but nobody to vouch for it, it begins anew and says why."""
    helper, _ = at_desk(Role.SUPPORT)
    hand_in(letter("The lamp does not turn."))
    (path,) = paths(helper, "support")
    say(helper, path, "Oil it.", "end")
    told = sent(site, ALICE)[-1]
    hand_in(letter("It still does not.", subject=f"Re: {told['Subject']}"))
    (new,) = paths(helper, "support")
    assert new != path, "closed, and not yet over"
    assert "does not vouch" in read(helper, new)
    assert over() == 1
    hand_in(letter("Nor today.", In_Reply_To=str(told["Message-ID"])))
    assert path not in paths(helper, "support")
    assert "The lamp does not turn." not in read(helper, path)


@proves(Promise.SUPPORT, Promise.CONFIDENTIAL, "S9", "S19")
def test_a_letter_that_may_be_forged_takes_nothing_up_that_ends_meanwhile(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was open when the letter was read, and is closed when it is kept, stays closed; the letter begins anew."""
    helper, _ = at_desk(Role.SUPPORT)
    hand_in(letter("The lamp does not turn."))
    (path,) = paths(helper, "support")
    say(helper, path, "Oil it.")
    (told,) = sent(site, ALICE)[-1:]

    def late(*given: Any) -> Meant | None:
        found = meant(*given)
        say(helper, path, "That was all.", "end")
        return found

    monkeypatch.setattr(letters, "meant", late)
    hand_in(letter("It still does not.", subject=f"Re: {told['Subject']}"))
    (new,) = paths(helper, "support")
    assert new != path
    assert "does not vouch" in read(helper, new)


@proves(Promise.SUPPORT, Promise.LETTERS, "S9")
@pytest.mark.usefixtures("site")
def test_what_is_swept_is_not_what_is_written_in_meanwhile(owner: psycopg.Connection) -> None:
    """Of a conversation whose words are all past their time, whoever writes again while it is swept is not lost."""
    hand_in(letter("The lamp does not turn."))
    (found,) = matters_of(person_at(ALICE))
    owner.execute("UPDATE matter SET at = at - interval '2 days'")
    owner.execute("DELETE FROM item WHERE category = 'support'")
    swept = list[int]()

    def sweep_beside() -> None:
        swept.append(sweep())
        connections.close_all()

    beside = Thread(target=sweep_beside)
    with owner.transaction():
        owner.execute("SELECT FROM person WHERE id = %s FOR NO KEY UPDATE", [found.person])
        beside.start()
        while beside.is_alive() and owner.execute("SELECT FROM pg_locks WHERE NOT granted").fetchone() is None:
            pass
        owner.execute("UPDATE turn SET item = (SELECT id FROM item WHERE person_id = %s LIMIT 1)", [found.person])
    beside.join()
    assert swept == [0]
    assert again(found).id == found.id


@proves(Promise.SUPPORT, Promise.LETTERS, "S9")
@pytest.mark.usefixtures("site")
def test_a_letter_that_cannot_say_what_a_form_needs_is_kept_as_a_letter(
    owner: psycopg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the form has people choose, a letter to that mailbox cannot: those who read letters have it."""
    now = in_force()
    asked = FormField("kind", "What it is about", FieldType.CHOICE, required=True, options=("a lamp", "a pier"))
    support = replace(now.categories["support"], fields=(*now.categories["support"].fields, asked))
    other = replace(now, categories={**now.categories, "support": support})
    monkeypatch.setattr(letters, "in_force", lambda: other)
    hand_in(letter("The lamp does not turn."))
    assert not matters_of(person_at(ALICE))
    assert owner.execute("SELECT state FROM letter").fetchall() == [("open",)]


@proves(Promise.ORDERS, Promise.PURPOSES_ONLY, "S5", "S17")
def test_an_order_is_told_how_it_stands_and_noted_and_never_rewritten(site: Site, owner: psycopg.Connection) -> None:
    """Who fills orders says how far it is, by a message of that kind; a note beside it leaves what was ordered."""
    clerk, _ = at_desk(Role.ORDERS)
    begun(site, "/order/", **ORDER)
    site.browser.post("/choices/", {"address": ALICE, "act": "stop", "stop": "optional"})
    (path,) = paths(clerk, "orders")
    before = owner.execute("SELECT fields, entry FROM item WHERE category = 'order'").fetchall()
    assert say(clerk, path, "It left today.", step="on its way").status_code == 302
    (told,) = sent(site, ALICE)
    assert "How it stands: on its way." in text_of(told)
    assert say(clerk, path, "The invoice names the wrong quay.", "note").status_code == 302
    assert not sent(site, ALICE)
    assert "wrong quay" in read(clerk, path)
    assert owner.execute("SELECT fields, entry FROM item WHERE category = 'order'").fetchall() == before
    assert owner.execute("SELECT kind FROM outgoing WHERE words = 'reply'").fetchall() == [("order",)]
    assert at_desk(Role.HIRING, email="h@example.com")[0].get(path).status_code == 403


@proves(Promise.ORDERS, Promise.LETTERS, "S5", "S6")
def test_a_letter_that_answers_us_about_an_order_joins_it(site: Site) -> None:
    """Its words come to those who fill orders, though an order's form asks for more; what was ordered stays."""
    clerk, _ = at_desk(Role.ORDERS)
    begun(site, "/order/", **ORDER)
    (path,) = paths(clerk, "orders")
    say(clerk, path, "It left today.", step="on its way")
    (told,) = sent(site, ALICE)
    hand_in(letter("Thank you, and when?", In_Reply_To=str(told["Message-ID"])))
    page = read(clerk, path)
    assert "and when?" in page
    assert "Quay Street 1" in page
    assert paths(clerk, "orders") == [path]


@proves(Promise.PURPOSES_ONLY, "S17")
def test_an_application_is_answered_by_those_who_hire(site: Site) -> None:
    """Those who hire read and answer it, and nobody else opens it."""
    hirer, _ = at_desk(Role.HIRING)
    begun(site, "/apply/", **JOB)
    (path,) = paths(hirer, "applications")
    assert "I like the sea." in read(hirer, path)
    say(hirer, path, "Come on Monday.", step="invited")
    assert "Come on Monday." in text_of(sent(site, ALICE)[0])
    assert at_desk(Role.SUPPORT, email="s@example.com")[0].get(path).status_code == 403


@proves(Promise.SUPPORT, "S9")
def test_saved_replies_are_about_nobody_and_begin_an_answer(site: Site, helper: Client) -> None:
    """A desk saves what it says often, begins an answer with it, and deletes it; a promotion is not saved."""
    path = f"/desk/support/{begun(site, '/support/', **PROBLEM).id}/"
    assert helper.post("/desk/support/saved/", {"title": "Oil", "words": "Shop now!"}).status_code == 422
    assert helper.post("/desk/support/saved/", {"title": "Oil", "words": "Please oil it."}).status_code == 302
    page = read(helper, path)
    key = page.partition('href="?saved=')[2][:36]
    assert "Please oil it." in read(helper, f"{path}?saved={key}")
    assert "Oil" not in read(at_desk(Role.ORDERS, email="o@example.com")[0], "/desk/orders/saved/")
    assert helper.post("/desk/support/saved/", {"drop": key}).status_code == 302
    assert key not in read(helper, "/desk/support/saved/")


@pytest.fixture
def helper(site: Site) -> Client:
    """Give the browser of somebody of our support."""
    assert site.server.url
    return at_desk(Role.SUPPORT)[0]


@proves(Promise.SUPPORT, "S9")
def test_two_who_answer_at_once_do_not_answer_past_each_other(site: Site, helper: Client) -> None:
    """Whoever answers what was read before somebody wrote is shown the new words first, and nothing goes out."""
    hand_in(letter("The lamp does not turn."))
    (path,) = paths(helper, "support")
    sent(site, ALICE)
    old = read(helper, path).partition('name="seen" value="')[2].partition('"')[0]
    say(helper, path, "Oil it.")
    answer_ = helper.post(path, {"words": "Buy oil.", "act": "answer", "seen": old})
    assert answer_.status_code == 422
    assert [text_of(one).partition("\n")[0].strip() for one in sent(site, ALICE)] == ["Oil it."]


@proves(Promise.ACCESS, Promise.SUPPORT, "S9", "S29")
def test_what_was_said_is_in_the_copy_and_goes_with_who_is_forgotten(site: Site, owner: psycopg.Connection) -> None:
    """Both sides of it, and the files, are in that person's copy; forgotten, nothing of it is left; another's is."""
    helper, _ = at_desk(Role.SUPPORT)
    message = letter("The lamp does not turn.")
    message.add_attachment("a list", subtype="plain", filename="parts.txt")
    hand_in(message)
    hand_in(letter("Mine neither.", BOB))
    for path in paths(helper, "support"):
        say(helper, path, "Oil it.")
    sent(site, ALICE)
    alice = person_at(ALICE)
    found = repr(copy(alice, opened=True))
    assert "The lamp does not turn." in found
    assert "Oil it." in found
    assert "parts.txt" in found
    assert "Mine neither." not in found
    forget(alice)
    left = [owner.execute(f"SELECT count(*) FROM {name}").fetchone() for name in ("matter", "turn", "enclosed")]
    assert left == [(1,), (2,), (0,)]
