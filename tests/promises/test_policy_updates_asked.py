"""Prove what the policy says about a different use: told before, chosen, off without a yes, and nobody asked twice."""

import re
from collections.abc import Iterator
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from uuid import UUID

import psycopg
import pytest

from avow.accuracy.forgotten.forget import forget
from avow.config import config
from avow.decision.request import Request
from avow.gate.clear import clear
from avow.mail.outbox import work
from avow.page import site as sites
from avow.page.site import policy
from avow.policy.proof.keeps import proves
from avow.record.asked.answers import answers
from avow.record.asked.question import questions_of
from avow.record.known.address import parse
from avow.record.mask import to_bits
from avow.record.said.choices import Chosen, choose
from avow.record.shown.versions import history
from avow.terms import Actor, Answer, Promise, Scope
from avow.updates.ask import ask
from tests.promises.changing import (
    FRAGE,
    NOTE,
    QUESTION,
    SECOND,
    THIRD,
    answer,
    begin,
    come,
    link,
    mailed,
    translate,
    wait_for,
)
from tests.promises.conftest import CONTACT, Site, person_at
from tests.units.gate.cast import arrive

ALICE, BOB, CAROL, DAVE = (f"{name}@example.org" for name in ("alice", "bob", "carol", "dave"))
BEACON, PARTNERS = f"beacon-letter@{SECOND}:company", f"partners@{SECOND}:outside"


@pytest.fixture
def policies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Give a folder with the first version of the sequence, from which the site takes its policy."""
    begin(tmp_path)
    monkeypatch.setenv("AVOW_POLICIES", str(tmp_path))
    config.cache_clear()
    sites.folder.cache_clear()
    yield tmp_path
    monkeypatch.undo()
    config.cache_clear()
    sites.folder.cache_clear()


@proves(Promise.DIFFERENT_USE_TOLD, "S38")
def test_who_sends_knows_a_version_that_another_process_published(policies: Path, site: Site) -> None:
    """`avow work` had read the versions before one more was published: its questions go out all the same."""
    site.register(ALICE)
    history()
    with pytest.MonkeyPatch.context() as another:
        another.setattr("avow.record.shown.versions._histories", {})
        come(policies, SECOND)
    assert set(mailed(site)) == {ALICE}


@pytest.fixture
def german(policies: Path) -> Path:
    """Give the same folder, where the first version is in German too before the site begins."""
    translate(policies, "2025-01-01")
    return policies


def _letter(person: UUID) -> bool:
    """Say whether the letter of Beacon may go to somebody now."""
    return bool(clear(Request("beacon-letter", CONTACT), [person], "beacon-letter").allowed)


@proves(Promise.DIFFERENT_USE_TOLD, "S38")
def test_who_is_touched_is_told_by_mail_before_it_happens(policies: Path, site: Site) -> None:
    """Alice, and Bob who refused marketing, are mailed once; who only asked us something, and who never proved, not."""
    site.register(ALICE)
    site.register(BOB, no__marketing="on")
    arrive("unproven@example.org")
    told = come(policies, SECOND)
    mail = mailed(site)
    assert set(mail) == {ALICE, BOB}
    assert (told["mail"], told["unreachable"]) == (2, 1)
    body = mail[BOB].get_content()
    assert "The partner programme" in body
    assert "The letter of Beacon" in body
    assert "that is a no" in body
    assert mail[BOB]["List-Id"] is None
    assert re.findall(r"https?://[^/]+(/[a-z]+/[a-z0-9-]+/)", body) == ["/policy/question/", f"/policy/{SECOND}/"]
    assert ask(SECOND) == 0
    assert not mailed(site), "nobody is asked twice"


@proves(Promise.DIFFERENT_USE_TOLD, Promise.COURTESY, "S38", "S41")
def test_who_reads_german_is_asked_in_german(german: Path, site: Site) -> None:
    """The page that showed somebody the last words decides; the uses stand in German where the version does too."""
    translate(german, SECOND)
    site.register(ALICE)
    site.browser.defaults["HTTP_ACCEPT_LANGUAGE"] = "de"
    site.register(BOB)
    carol = arrive_by_inquiry(site, CAROL)
    choose(Chosen(Answer.YES, purpose="courtesy"), Actor.PERSON_VERIFIED, "a box", carol, parse(CAROL).reach_id)
    come(german, SECOND)
    while work():
        pass
    got = {to: message_from_bytes(data, policy=default) for to, data in site.server.taken}
    subjects = {to: got[to]["Subject"] for to in (ALICE, BOB, CAROL)}
    assert subjects == {ALICE: QUESTION, BOB: FRAGE, CAROL: "Unsere Datenschutzerkl\u00e4rung \u00e4ndert sich"}
    body = got[BOB].get_content()
    assert "Der Beacon-Brief: um Ihnen den Beacon-Brief zu senden" in body
    assert "Welche Ihrer Daten: " in body
    assert not re.search(r"\b(the|you|your|and|with|seen)\b", re.sub(r"https?://\S+", "", body), re.IGNORECASE)
    assert "The letter of Beacon" in got[ALICE].get_content()


@proves(Promise.DIFFERENT_USE_CHOICE, "S39")
def test_a_different_use_waits_for_that_persons_yes(policies: Path, site: Site) -> None:
    """Yes counts for the use it was said to; no, silence and a mere look at the page are no; both can be changed."""
    alice, bob, carol = (site.register(one) for one in (ALICE, BOB, CAROL))
    come(policies, SECOND, soon=True)
    assert set(mailed(site)) == {ALICE, BOB, CAROL}
    page = site.browser.get(link(alice, ALICE)).content.decode()
    assert page.count('<button name="answer" value="yes"') == page.count('<button name="answer" value="no"') == 2
    assert "You said yes to: The letter of Beacon" in answer(site, link(alice, ALICE), BEACON, "yes")
    said = answer(site, link(bob, BOB), BEACON, "no")
    receipt = re.search(r'href="(/policy/question/receipt/[^"]+)"', said)
    assert receipt
    assert site.browser.get(receipt[1]).status_code in {200, 202}
    site.browser.get(link(carol, CAROL))
    wait_for(policies, SECOND)
    assert (_letter(alice), _letter(bob), _letter(carol)) == (True, False, False)
    assert not any(site.may(one, "partners") for one in (alice, bob, carol)), "each use by itself"
    answer(site, link(alice, ALICE), BEACON, "no")
    answer(site, link(bob, BOB), BEACON, "yes")
    assert (_letter(alice), _letter(bob), _letter(carol)) == (False, True, False)
    assert site.may(alice, "account"), "a no changes nothing else"


@proves(Promise.DIFFERENT_USE_CHOICE, "S39")
@pytest.mark.parametrize("spoil", ["method", "forged", "use", "other", "answer", "mailbox"])
def test_only_the_person_who_was_asked_can_say_yes(policies: Path, site: Site, spoil: str) -> None:
    """A GET, a forged link, a use that was not asked about, another mailbox: nothing is accepted."""
    alice, bob = site.register(ALICE), site.register(BOB)
    come(policies, SECOND)
    path, use, said = link(alice, ALICE), BEACON, "yes"
    match spoil:
        case "method":
            assert site.browser.get(f"{path}?use={use}&answer=yes").status_code == 200
        case "forged":
            path = path[:-6] + "AAAA" + path[-2:]
        case "use":
            use = f"offers@{SECOND}:company"
        case "other":
            use = BEACON.replace(SECOND, "2025-01-01")
        case "answer":
            said = "YES"
        case "mailbox":
            path = link(alice, BOB)
    if spoil != "method":
        assert site.browser.post(path, {"use": use, "answer": said}).status_code in {400, 404}
    assert all(one is None for person in (alice, bob) for one in questions_of(person)[0].answers.values())


@proves(Promise.DIFFERENT_USE_CHOICE, "S39")
def test_a_yes_lifts_no_refusal(policies: Path, site: Site) -> None:
    """Bob refused all marketing: his yes is kept, the page says that nothing comes of it, and nothing does."""
    bob = site.register(BOB, no__marketing="on")
    come(policies, SECOND, soon=True)
    assert "nothing comes of this yes" in answer(site, link(bob, BOB), BEACON, "yes")
    wait_for(policies, SECOND)
    assert not _letter(bob)
    choose(Chosen(Answer.YES, scope=Scope.MARKETING), Actor.PERSON_VERIFIED, "signed in", bob, parse(BOB).reach_id)
    assert _letter(bob)


@proves(Promise.DIFFERENT_USE_TOLD, "S38")
def test_who_comes_between_is_asked_too(policies: Path, site: Site, owner: psycopg.Connection) -> None:
    """Between the plan's application and its instant people still register under the old words, or prove late.

    Dave's data was on hold when the others were asked; nobody who was asked is asked again, and who is forgotten not.
    """
    site.register(ALICE)
    dave, carol = site.register(DAVE), site.register(CAROL)
    held = "UPDATE item SET refused = refused {} %s::bit(256) WHERE person_id = %s"
    owner.execute(held.format("|").encode(), [to_bits(Scope.HELD.mask), dave])
    told = come(policies, SECOND, soon=True)
    assert (told["mail"], told["unreachable"]) == (2, 1)
    forget(carol)
    assert set(mailed(site)) == {ALICE}, "what waited for a forgotten person is not sent"
    bob = site.register(BOB)
    owner.execute(held.format("& ~").encode(), [to_bits(Scope.HELD.mask), dave])
    assert ask(SECOND) == 2
    assert set(mailed(site)) == {BOB, DAVE}
    wait_for(policies, SECOND)
    new = site.register("erin@example.org", **{"yes.beacon-letter": "on"})
    assert ask(SECOND) == 0, "who was told at once is not asked"
    assert not _letter(bob)
    assert _letter(new)


@proves(Promise.DIFFERENT_USE_TOLD, "S38", "S39")
def test_a_no_to_one_version_stands_through_the_next(policies: Path, site: Site) -> None:
    """The third version asks about what it gains itself; what the second asked is not asked again, and a no stays."""
    alice, bob = site.register(ALICE), site.register(BOB)
    come(policies, SECOND, soon=True)
    mailed(site)
    answer(site, link(alice, ALICE), BEACON, "no")
    answer(site, link(bob, BOB), BEACON, "yes")
    wait_for(policies, SECOND)
    come(policies, THIRD, soon=True)
    wait_for(policies, THIRD)
    assert not any(one.purpose == "beacon-letter" for q in questions_of(alice, THIRD) for one in q.answers)
    assert (_letter(alice), _letter(bob)) == (False, True)
    found = answers(SECOND)
    assert (found.asked, found.answered) == (2, 2)


@proves(Promise.CHANGE_POSTED, "S40")
def test_a_change_is_posted_on_the_site_before_it_counts(policies: Path, site: Site) -> None:
    """From the moment it is published every page announces it, with what changes beside the old text, and the feed."""
    assert 'class="news"' not in site.browser.get("/").content.decode()
    come(policies, SECOND)
    for path in ("/", "/policy/", "/register/", "/choices/", "/policy/2025-01-01/"):
        page = site.browser.get(path).content.decode()
        assert "Our privacy policy changes on" in page
        assert f'href="/policy/{SECOND}/changes/"' in page
    assert policy().front.version == "2025-01-01", "it is not in force yet"
    shown = site.browser.get(f"/policy/{SECOND}/changes/").content.decode()
    assert "What you gave us under an earlier version serves none of this until you say yes" in shown
    feed = site.browser.get("/policy/feed.atom").content.decode()
    assert f"Version {SECOND}" in feed
    assert feed.index(SECOND) < feed.index("2025-01-01")


@proves(Promise.COURTESY, "S41")
def test_a_note_goes_to_who_asked_for_it_alone(policies: Path, site: Site) -> None:
    """Dave asked us something and ticked the box of notes; Carol did not: the change touches neither of them."""
    carol = arrive_by_inquiry(site, CAROL)
    dave = arrive_by_inquiry(site, DAVE)
    alice = site.register(ALICE)
    for person, address in ((dave, DAVE), (alice, ALICE)):
        choose(Chosen(Answer.YES, purpose="courtesy"), Actor.PERSON_VERIFIED, "a box", person, parse(address).reach_id)
    told = come(policies, SECOND)
    while_sent = mailed(site, NOTE)
    assert told["courtesy"] == len(while_sent)
    assert CAROL not in while_sent
    assert ALICE not in while_sent, "she is asked, which is one mail and not two"
    assert [one.version for one in questions_of(alice)] == [SECOND]
    assert not questions_of(carol)


def arrive_by_inquiry(site: Site, address: str) -> UUID:
    """Let somebody ask us something, and prove the address."""
    answered = site.browser.post(
        "/inquiry/", site.form("/inquiry/", contact__email=address, inquiry__subject="When?", inquiry__message="When?")
    )
    assert answered.status_code == 200
    return person_at(address, prove=True)
