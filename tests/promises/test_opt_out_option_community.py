"""Prove that the messages of a community reach those who joined it, once they were told before, and nobody else."""

import re
from html import escape

import psycopg
import pytest

from avow.errors import MailError
from avow.mail.mailing import expand, report
from avow.mail.outbox import work
from avow.page.site import policy
from avow.policy.proof.keeps import proves
from avow.record.said.choices import choose
from avow.record.said.chosen import Chosen
from avow.terms import Actor, Answer, MessageKind, Promise, Relation
from avow.uses.mailings import send
from tests.promises.conftest import Site
from tests.promises.posting import CHARTER, Member, board, member, text, visitor
from tests.promises.test_opt_out_option import path_of

ALICE, BOB, CAROL = "alice@example.org", "bob@example.org", "carol@example.org"
WORDS = "# We meet on Friday\n\nBring a rope.\n"


def no(site: Site, address: str) -> None:
    """Refuse everything that is optional."""
    site.browser.post("/choices/", {"address": address, "act": "stop", "stop": "optional"})


def joined(site: Site, address: str, name: str = "knots") -> Member:
    """Let somebody register, refuse everything optional, sign in and join."""
    one = member(site, address)
    no(site, address)
    assert one.send(f"/forum/{name}/join/").status_code == 302
    return one


@proves(Promise.EXEMPTIONS_LIMITED, "S26", "S27")
def test_messages_of_a_community_reach_its_members_alone(site: Site) -> None:
    """Members get them though they refused all marketing; who only posts, or joined another community, gets none."""
    knots, bends = board(community=True), board("bends", community=True)
    joined(site, ALICE)
    joined(site, BOB, "bends")
    member(site, CAROL).named("Cat").begin("Bowline", "How?")
    found = site.mail(knots, WORDS)
    assert set(found) == {ALICE}
    assert found[ALICE]["List-Id"]
    assert knots in found[ALICE]["List-Id"]
    assert found[ALICE]["List-Unsubscribe-Post"]
    assert set(site.mail(bends, WORDS)) == {BOB}
    assert set(site.mail()).isdisjoint({ALICE, BOB})
    with pytest.raises(MailError, match="promotes"):
        send(knots, "# A rope\n\nBuy our new rope, 20 % off.\n")


@proves(Promise.EXEMPTIONS_NOTICED, Promise.FORUM, "S26", "S27")
def test_the_notice_and_the_charter_are_shown_before_one_joins(site: Site, owner: psycopg.Connection) -> None:
    """Both stand at the button, and the words that were shown are kept; without them nobody joins."""
    board(community=True)
    board("bends", community=True)
    alice = member(site, ALICE)
    page = alice.site.browser.get("/forum/knots/join/")
    said = policy().exemptions[MessageKind.EXEMPT_COMMUNITY].notice
    for words in (said, CHARTER):
        assert escape(words) in page.content.decode()
    for form in ("/forum/bends/join/", "/forum/name/", "/register/"):
        seal = alice.site.form(form)
        assert alice.site.browser.post("/forum/knots/join/", seal).status_code == 422, form
    assert alice.site.browser.post("/forum/knots/join/").status_code == 400
    assert owner.execute("SELECT count(*) FROM subscription WHERE joined").fetchone() == (0,)
    assert alice.send("/forum/knots/join/").status_code == 302
    row = owner.execute(
        "SELECT n.text FROM item i JOIN stamp s ON s.id = i.stamp_id JOIN notice n ON n.hash = s.notice"
        " WHERE i.person_id = %s AND s.channel = 'forum' ORDER BY i.at LIMIT 1",
        [alice.person],
    ).fetchone()
    assert row
    assert said in row[0]
    assert f"About knots writes to its members about this:\n{CHARTER}" in row[0]


@proves(Promise.EXEMPTIONS_NOTICED, "S26")
def test_who_is_put_on_the_list_without_the_notice_gets_nothing(site: Site) -> None:
    """A yes that came another way, before anything was said of such messages, brings none of them."""
    knots = board(community=True)
    alice, bob = member(site, ALICE), joined(site, BOB)
    choose(Chosen(Answer.YES, list=knots), Actor.PERSON_VERIFIED, "by some program", alice.person)
    assert bob.person != alice.person
    assert set(site.mail(knots, WORDS)) == {BOB}


@proves(Promise.EXEMPTIONS_LIMITED, Promise.OPTOUT, "S23", "S27")
def test_leaving_ends_the_messages_at_once(site: Site, owner: psycopg.Connection) -> None:
    """On the page or by the link in a message, also of what waits already; joining again is theirs to do."""
    knots = board(community=True)
    alice, _, carol = (joined(site, address) for address in (ALICE, BOB, CAROL))
    message = site.mail(knots, WORDS)[BOB]
    key = expand(knots, WORDS.replace("Friday", "Monday"))
    assert report(key).expected == 3
    assert alice.site.browser.post("/forum/knots/leave/").status_code == 302
    one_click = re.search(r"<(http[^>]+)>", str(message["List-Unsubscribe"]))
    assert one_click
    link = path_of(one_click[1])
    page = text(visitor().get(link))
    assert "the community knots" in page
    assert visitor().post(link, {"List-Unsubscribe": "One-Click"}).status_code == 200
    while work():
        pass
    assert set(site.received(WORDS.replace("Friday", "Monday"))) == {CAROL}
    assert "You left" in text(alice.site.browser.get("/forum/knots/?done=left"))
    rows = owner.execute("SELECT id FROM person WHERE relations & %s <> 0", [Relation.MEMBER.mask]).fetchall()
    assert rows == [(carol.person,)]
    assert alice.send("/forum/knots/join/").status_code == 302
    assert set(site.mail(knots, WORDS)) == {ALICE, CAROL}


@proves(Promise.EXEMPTIONS_LIMITED, "S27")
def test_nobody_joins_but_who_signed_in_and_a_board_without_members_has_none(site: Site) -> None:
    """A visitor is sent to sign in; a board that is no community cannot be joined or written to."""
    board(community=True)
    board("bends")
    assert visitor().post("/forum/knots/join/")["Location"] == "/signin/"
    assert visitor().post("/forum/knots/leave/")["Location"] == "/signin/"
    alice = member(site, ALICE)
    assert alice.site.browser.get("/forum/bends/join/").status_code == 404
    assert "/forum/knots/join/" in text(visitor().get("/lists/"))
    with pytest.raises(MailError, match="no list"):
        send("community.bends", WORDS)
