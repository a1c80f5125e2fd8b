"""Prove that notice of inappropriate use reaches those whom it concerns, whatever they refused, and nobody else."""

import re
from email.message import EmailMessage

import psycopg

from avow.mail.outbox import work
from avow.policy.proof.keeps import proves
from avow.terms import Promise, Role
from tests.promises.conftest import Site
from tests.promises.posting import Member, board, member, read, text, visitor
from tests.units.page.staff.cast import at_desk

ALICE, BOB, CAROL = "alice@example.org", "bob@example.org", "carol@example.org"
CONDUCT, REPORTED = "# About your post in the forum", "# What you reported in the forum"


def told(site: Site) -> dict[str, dict[str, EmailMessage]]:
    """Send what waits; give what each got, by its subject."""
    while work():
        pass
    kept = list(site.server.taken)
    found = {}
    for words in (CONDUCT, REPORTED):
        site.server.taken[:] = kept
        found[words] = site.received(words)
    return found


def reported(site: Site) -> tuple[str, Member, Member]:
    """Let Alice post, and Bob and a visitor report it; Carol is there, too."""
    board()
    alice, bob = member(site, ALICE).named("Ada"), member(site, BOB)
    member(site, CAROL).named("Cat")
    thread = alice.begin("Bowline", "You fools!")
    found = re.search(r"/forum/post/([0-9a-f-]{36})/report/", read(f"/forum/t/{thread}/"))
    assert found
    path = f"/forum/post/{found[1]}/report/"
    assert bob.send(path, reason="insult", report__words="Means my uncle").status_code == 200
    assert visitor().post(path, {"reason": "advertising"}).status_code == 200
    assert visitor().post(path, {"reason": "shoe"}).status_code == 422
    site.browser.post("/choices/", {"address": ALICE, "act": "stop", "stop": "optional"})
    site.browser.post("/choices/", {"address": BOB, "act": "stop", "stop": "optional"})
    while work():
        pass
    site.server.taken.clear()
    return f"/desk/forum/{found[1]}/", alice, bob


@proves(Promise.PURPOSES_ONLY, "S17")
def test_notice_of_inappropriate_use_to_the_persons_concerned_only(site: Site) -> None:
    """The writer learns what was decided and why, the reporter what came of it, neither who the other is; no other."""
    path, _, _ = reported(site)
    moderator, _ = at_desk(Role.MODERATION)
    assert moderator.post(path, {"act": "hide", "reason": "insult"}).status_code == 302
    found = told(site)
    assert set(found[CONDUCT]) == {ALICE}
    assert set(found[REPORTED]) == {BOB}
    to_alice, to_bob = (str(found[kind][who].get_content()) for kind, who in ((CONDUCT, ALICE), (REPORTED, BOB)))
    assert "It insults or threatens somebody." in to_alice
    assert "hidden it" in to_alice
    assert "hidden it" in to_bob
    for word in ("bob", "Robert", "uncle", "fools", "visitor"):
        assert word not in to_alice, word
    for word in ("alice", "Ada", "fools"):
        assert word not in to_bob, word
    assert moderator.post(path, {"act": "hide", "reason": "insult"}).status_code == 409
    assert not any(told(site).values())


@proves(Promise.PURPOSES_ONLY, Promise.FORUM, "S9", "S17")
def test_what_is_hidden_is_shown_again_where_that_was_wrong(site: Site, owner: psycopg.Connection) -> None:
    """Hidden words are read by nobody but moderators and their writer; shown again, they stand as before."""
    path, alice, bob = reported(site)
    thread = owner.execute("SELECT thread_id FROM post").fetchone()
    assert thread
    page = f"/forum/t/{thread[0]}/"
    moderator, _ = at_desk(Role.MODERATION)
    assert moderator.post(path, {"act": "hide", "reason": "insult"}).status_code == 302
    for reader in (visitor(), bob.site.browser, alice.site.browser):
        shown = text(reader.get(page))
        assert "fools" not in shown
        assert "Hidden by the moderators. It insults or threatens somebody." in shown
    assert "0 posts" in text(visitor().post("/forum/search/", {"text": "fools"}))
    assert "You fools!" in text(moderator.get("/desk/forum/"))
    told(site)
    assert moderator.post(path, {"act": "show", "reason": "insult"}).status_code == 302
    assert "You fools!" in read(page)
    assert set(told(site)[CONDUCT]) == {ALICE}


@proves(Promise.PURPOSES_ONLY, "S17")
def test_a_warning_leaves_the_post_and_leaving_it_tells_its_writer_nothing(site: Site) -> None:
    """Who is warned is told; of what is left as it is, only who reported it hears; no other role decides."""
    path, _, _ = reported(site)
    support, _ = at_desk(Role.SUPPORT, email="sam@example.com")
    assert support.post(path, {"act": "hide", "reason": "insult"}).status_code == 403
    assert visitor().post(path, {"act": "hide", "reason": "insult"}).status_code == 302
    moderator, _ = at_desk(Role.MODERATION)
    assert moderator.post(path, {"act": "burn", "reason": "insult"}).status_code == 400
    assert moderator.post(path, {"act": "leave", "reason": "insult"}).status_code == 302
    found = told(site)
    assert (set(found[CONDUCT]), set(found[REPORTED])) == (set(), {BOB})
    assert "You fools!" in read("/forum/") + text(visitor().post("/forum/search/", {"text": "fools"}))
    site.server.taken.clear()
    assert moderator.post(path, {"act": "warn", "reason": "charter"}).status_code == 302
    found = told(site)
    assert (set(found[CONDUCT]), set(found[REPORTED])) == ({ALICE}, set())
