"""Prove what the policy says about saying no, as far as pages take it."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from uuid import UUID

import psycopg
import pytest

from avow.mail.links import links
from avow.mail.mailing import expand, report
from avow.mail.outbox import work
from avow.page.site import policy
from avow.policy.proof.keeps import proves
from avow.record.key import NOBODY
from avow.record.known.address import parse
from avow.record.known.link import link, unlink
from avow.record.said.choices import Chosen, choose
from avow.record.shown.notice import show
from avow.record.shown.stamp import stamp
from avow.record.shown.versions import history
from avow.record.taken.bulk import Arrival, take
from avow.record.taken.store import Given, keep
from avow.terms import Actor, Answer, ChannelKind, Promise, Scope
from tests.promises.conftest import OFFER, Site, person_at

FORM = "application/x-www-form-urlencoded"
MARKETING = [name for name, purpose in policy().purposes.items() if purpose.scope == "marketing"]
ALICE = "alice@example.org"


@proves(Promise.OPTOUT, "S22", "S23")
def test_opt_out_of_email_marketing(site: Site) -> None:
    """Who says no gets no marketing from the next decision on, whichever list; who did not still may."""
    alice, bob = site.register(ALICE), site.register("bob@example.org")
    assert site.may(alice, "offers")
    site.browser.post("/choices/", {"address": ALICE, "act": "stop"})
    assert not any(site.may(alice, purpose) for purpose in MARKETING)
    assert site.may(alice, "account")
    assert site.may(bob, "offers")


@proves(Promise.OPTOUT_AT_REGISTRATION, "S24")
def test_choices_as_part_of_the_registration_process(site: Site) -> None:
    """A box on the form says no, before the first message; an empty box says nothing."""
    assert not any(site.may(site.register(ALICE, no__marketing="on"), purpose) for purpose in MARKETING)
    assert site.may(site.register("bob@example.org"), "offers")


@proves(Promise.OPTOUT_BY_LINK, "S24")
@pytest.mark.parametrize("end", ["", "one-click/"])
def test_choices_from_links_in_marketing_mailings(site: Site, end: str) -> None:
    """A POST behind the link says no without login, cookie or question; a GET says nothing.

    The page stops all marketing where nothing is picked; the one click of a mail program stops that list.
    """
    alice, bob = site.register(ALICE), site.register("bob@example.org")
    way = links(alice, parse(ALICE).reach_id, "updates", policy().front.mailbox).choices
    path = "/" + way.split("/", 3)[3] + end
    assert site.browser.get(path).status_code == 200
    assert site.may(alice, "offers")
    assert {ALICE, "bob@example.org"} == set(site.mail("updates"))
    assert site.browser.post(path).status_code == 200
    assert not site.browser.cookies
    assert set(site.mail("updates")) == {"bob@example.org"}
    assert site.may(alice, "offers") == bool(end)
    assert site.may(bob, "offers")


@proves(Promise.OPTOUT_ANY_TIME, "S25")
def test_you_may_always_change_your_selection(site: Site) -> None:
    """A no is taken at any time, from known and unknown, and holds against registering anew; a yes needs proof."""
    for _ in range(3):
        assert site.browser.post("/choices/", {"address": ALICE, "act": "stop"}).status_code == 200
    alice = site.register(ALICE)
    assert not site.may(alice, "offers")
    site.sign_in(ALICE)
    site.browser.post("/me/", {"choose": "scope-marketing:yes"})
    assert site.may(alice, "offers")
    site.browser.post("/me/", {"choose": "scope-marketing:no"})
    assert not site.may(alice, "offers")


def path_of(link: str) -> str:
    """Give the path of a link of ours."""
    return "/" + link.split("/", 3)[3]


def by_page(site: Site, _: UUID) -> None:
    """Say no by typing the address."""
    site.browser.post("/choices/", {"address": ALICE, "act": "stop"})


def by_link(site: Site, who: UUID) -> None:
    """Say no by the link of a message."""
    site.browser.post(path_of(links(who, parse(ALICE).reach_id, "offers", "p@example.com").choices))


def by_list(site: Site, who: UUID) -> None:
    """Say no to the one list."""
    site.browser.post(path_of(links(who, parse(ALICE).reach_id, "offers", "p@example.com").choices), {"stop": "list"})


def by_one_click(site: Site, who: UUID) -> None:
    """Say no as a mail program does."""
    way = links(who, parse(ALICE).reach_id, "offers", "p@example.com").one_click
    site.browser.post(path_of(way), {"List-Unsubscribe": "One-Click"})


def by_sign_in(site: Site, _: UUID) -> None:
    """Say no on one's own page."""
    site.sign_in(ALICE)
    site.browser.post("/me/", {"choose": "scope-optional:no"})


def by_other_spelling(site: Site, _: UUID) -> None:
    """Say no at another spelling of the mailbox."""
    site.browser.post("/choices/", {"address": "Alice+shop@EXAMPLE.org", "act": "stop"})


def by_registering_again(site: Site, _: UUID) -> None:
    """Say no in the box of a second registration, without proof of anything."""
    site.browser.post("/register/", site.form("/register/", contact__email=ALICE, no__marketing="on"))


@proves(Promise.OPTOUT, "S23")
@pytest.mark.parametrize(
    "say_no", [by_page, by_link, by_list, by_one_click, by_sign_in, by_other_spelling, by_registering_again]
)
def test_no_message_reaches_who_said_no(site: Site, say_no: Callable[[Site, UUID], None]) -> None:
    """However the no was said, the next mailing leaves that mailbox out and reaches the others."""
    alice, _ = site.register(ALICE), site.register("bob@example.org")
    assert set(site.mail()) == {ALICE, "bob@example.org"}
    say_no(site, alice)
    assert set(site.mail()) == {"bob@example.org"}


@proves(Promise.OPTOUT, "S23")
def test_a_mailing_that_waits_already_stops_too(site: Site) -> None:
    """A message that was queued before the no is denied when its turn comes, and its row names the sentence."""
    site.register(ALICE), site.register("bob@example.org")
    key = expand("offers", OFFER)
    by_page(site, person_at(ALICE))
    while work():
        pass
    assert set(site.received()) == {"bob@example.org"}
    found = report(key)
    assert found.states == {"sent": 1, "denied": 1}
    assert any("optout.stop" in because for because in found.denied)


def bought(_: Site) -> UUID:
    """Buy something."""
    given = [Given("contact", {"email": ALICE}), Given("order", {"product": "Pier", "number": "1", "billing": "Quay"})]
    shown = show(policy(), ChannelKind.ORDER, "en")
    return keep(stamp(history(), shown, "shop", datetime.now(UTC)), given, parse(ALICE))


def imported(_: Site, *chosen: Chosen) -> UUID:
    """Come in again with a list that says that the address is proven."""
    shown = show(policy(), ChannelKind.REGISTRATION, "en")
    one = Arrival(shown, "old list", parse(ALICE), {"contact": {"email": ALICE}}, chosen, proven=True)
    take([one])
    return one.person


def imported_with_a_yes(site: Site) -> UUID:
    """Come in again with a list that claims a yes."""
    return imported(site, Chosen(Answer.YES, scope=Scope.MARKETING), Chosen(Answer.YES, purpose="newsletter"))


def registered_again(site: Site) -> UUID:
    """Register anew with the newsletter's box ticked, and prove the address."""
    return site.register(ALICE, yes__newsletter="on")


def merged(site: Site) -> UUID:
    """Be taken for one with somebody who never said no."""
    bob = site.register("bob@example.org")
    link(person_at(ALICE), bob, Actor.STAFF)
    return bob


def edited(_: Site) -> UUID:
    """Have staff, an import, a system and a stranger say yes in one's name."""
    alice = person_at(ALICE)
    for actor in set(Actor) - {Actor.PERSON_VERIFIED}:
        choose(Chosen(Answer.YES, scope=Scope.MARKETING), actor, "says so", alice, parse(ALICE).reach_id)
    return alice


@proves(Promise.OPTOUT, "S22", "S23")
@pytest.mark.parametrize("door", [bought, imported, imported_with_a_yes, registered_again, merged, edited])
def test_nothing_but_a_verified_act_undoes_a_no(site: Site, door: Callable[[Site], UUID]) -> None:
    """Purchase, import, registration, merge or another's yes loosens nothing; the person's own yes does."""
    alice = site.register(ALICE)
    by_page(site, alice)
    again = door(site)
    for person in {alice, again}:
        assert not any(site.may(person, purpose) for purpose in MARKETING)
    assert not site.mail()
    site.sign_in(ALICE)
    site.browser.post("/me/", {"choose": "scope-marketing:yes"})
    assert ALICE in site.mail()


@proves(Promise.OPTOUT, "S23")
def test_an_unknown_address_is_refused_and_makes_no_person(site: Site, owner: psycopg.Connection) -> None:
    """Who was never here says no: nobody is made of it, and whoever brings the address later finds the no."""
    by_page(site, NOBODY)
    assert owner.execute("SELECT count(*) FROM person").fetchone() == (0,)
    assert owner.execute("SELECT count(*) FROM reach").fetchone() == (1,)
    assert not any(site.may(imported(site), purpose) for purpose in MARKETING)
    assert not any(site.may(site.register(ALICE), purpose) for purpose in MARKETING)
    assert not site.mail()


@proves(Promise.OPTOUT, "S23")
def test_duplicates_of_one_mailbox_stop_together_and_come_apart_unharmed(site: Site) -> None:
    """One no stops everybody at the mailbox; a merge spreads it, and an un-merge gives the other back their own."""
    first, second, bob = site.register(ALICE), site.register(ALICE), site.register("bob@example.org")
    carol = site.register("carol@example.org")
    assert len({first, second}) == 2
    assert all(site.may(one, "offers") for one in (first, second, bob))
    by_link(site, first)
    assert not any(site.may(one, "offers") for one in (first, second))
    assert site.may(bob, "offers")
    link(first, bob, Actor.STAFF)
    assert not site.may(bob, "offers")
    assert set(site.mail()) == {"carol@example.org"}
    unlink(first, bob)
    assert site.may(bob, "offers")
    assert not site.may(first, "offers")
    assert site.may(carol, "offers")


@proves(Promise.OPTOUT_AT_REGISTRATION, "S24")
def test_boxes_are_there_unticked_and_silence_records_nothing(site: Site, owner: psycopg.Connection) -> None:
    """Each form that states a use which can be refused has its box, nothing is ticked for anybody."""
    for path in ("/register/", "/inquiry/"):
        page = site.browser.get(path).content.decode()
        assert 'type="checkbox"' in page
        assert " checked" not in page
    assert 'name="no.marketing"' in site.browser.get("/register/").content.decode()
    site.register("bob@example.org")
    assert owner.execute("SELECT count(*) FROM choice").fetchone() == (0,)
    site.register(ALICE, no__marketing="on")
    assert owner.execute("SELECT answer, actor FROM choice").fetchall() == [("no", "person-unverified")]


@proves(Promise.OPTOUT_BY_LINK, "S24")
@pytest.mark.parametrize("way", ["page", "one-click", "multipart"])
def test_links_in_marketing_mailings_as_they_are_delivered(site: Site, way: str) -> None:
    """The very links of a delivered message say no: no cookie, no redirect, as often as one likes, for that mailbox."""
    site.register(ALICE), site.register("bob@example.org")
    first = site.mail()[ALICE]
    body = first.get_body(("plain",))
    assert body is not None
    words = str(body.get_content())
    one_click, mailto = re.findall(r"<([^>]*)>", first["List-Unsubscribe"])
    shown = re.findall(r"https?://\S+/choices/\S+/(?=\s)", words)
    assert first["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert first["List-Id"].startswith("<offers.")
    assert mailto.startswith(f"mailto:{policy().front.mailbox}")
    assert policy().front.postal in words
    stop, why = shown
    assert why == f"{stop}why/"
    path = path_of(stop) if way == "page" else path_of(one_click)
    for method in ("get", "head", "options"):
        for link_ in (path, path_of(why)):
            getattr(site.browser, method)(link_, headers={"sec-purpose": "prefetch;prerender"})
    assert set(site.mail()) == {ALICE, "bob@example.org"}, "looking at a link is no refusal"
    for _ in range(2):
        if way == "one-click":
            answer = site.browser.generic("POST", path, "List-Unsubscribe=One-Click", FORM)
        else:
            answer = site.browser.post(path, {"List-Unsubscribe": "One-Click"})
        assert answer.status_code == 200
        assert not answer.cookies
        assert "alice" not in answer.content.decode()
    assert set(site.mail()) == {"bob@example.org"}


@proves(Promise.OPTOUT_BY_LINK, "S24")
def test_a_link_only_tightens_and_only_where_it_was_sent(site: Site, owner: psycopg.Connection) -> None:
    """Whoever holds a forwarded link can stop that mailbox, see no address, allow nothing and stop nobody else."""
    alice, bob = site.register(ALICE), site.register("bob@example.org")
    path = path_of(links(alice, parse(ALICE).reach_id, "offers", "p@example.com").choices)
    assert ALICE not in site.browser.get(path).content.decode()
    site.browser.post(path)
    for typed in ({"stop": "yes"}, {"answer": "yes"}, {"choose": "scope-marketing:yes"}):
        site.browser.post(path, typed)
    assert not site.may(alice, "offers")
    assert site.may(bob, "offers")
    assert owner.execute("SELECT DISTINCT answer FROM choice").fetchall() == [("no",)]


@proves(Promise.OPTOUT_ANY_TIME, "S25")
def test_every_level_can_be_stopped_and_allowed_again(site: Site) -> None:
    """A list, all marketing, everything optional: each goes off and on again on the page, and the mailing follows."""
    alice = site.register(ALICE)
    site.sign_in(ALICE)
    for level in ("purpose-offers", "scope-marketing", "scope-optional"):
        assert ALICE in site.mail()
        site.browser.post("/me/", {"choose": f"{level}:no"})
        assert not site.mail(), level
        site.browser.post("/me/", {"choose": f"{level}:yes"})
    assert ALICE in site.mail()
    assert not site.mail("newsletter")
    site.browser.post("/me/", {"choose": "purpose-newsletter:yes"})
    assert ALICE in site.mail("newsletter")
    assert site.may(alice, "newsletter")


@proves(Promise.OPTOUT_ANY_TIME, "S25")
def test_a_yes_is_nobody_elses_to_give(site: Site) -> None:
    """Without the code from one's own mail, or from another site's page, nothing is allowed again."""
    alice = site.register(ALICE)
    by_page(site, alice)
    site.register("mallory@example.net")
    site.sign_in("mallory@example.net")
    site.browser.post("/me/", {"choose": "scope-marketing:yes", "address": ALICE, "person": str(alice)})
    assert not site.may(alice, "offers")
    site.browser.post("/signout/")
    site.sign_in(ALICE)
    foreign = {"sec-fetch-site": "cross-site"}
    assert site.browser.post("/me/", {"choose": "scope-marketing:yes"}, headers=foreign).status_code == 403
    assert not site.may(alice, "offers")
