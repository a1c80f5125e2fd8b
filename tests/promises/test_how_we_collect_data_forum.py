"""Prove what the policy says about the forum: what is public is said before, and the rest stays private."""

import re
from uuid import UUID

import psycopg
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from avow.accuracy.copy.copy import copy
from avow.accuracy.forgotten.forget import forget
from avow.collection.forum.say import MOST_AN_HOUR
from avow.page.site import policy
from avow.policy.proof.keeps import proves
from avow.policy.shown.notice import notice
from avow.record.seen.reading import reads_of as _reads
from avow.terms import ChannelKind, Promise, Role
from tests.promises.conftest import Site
from tests.promises.posting import board, crawl, member, read, text, visitor
from tests.units.page.staff.cast import at_desk

ALICE, BOB = "alice@example.org", "bob@example.org"
PUBLIC = "Anybody can read: Your name in the forum; What you post. The rest stays between you and us."
SCRIPT = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>{{ company }}"


@proves(Promise.FORUM, "S9")
def test_what_is_public_is_said_before_posting(site: Site, owner: psycopg.Connection) -> None:
    """At each form of the forum it stands what anybody can read; what is kept is stamped with just these words."""
    board()
    alice = member(site, ALICE)
    for path in ("/forum/name/",):
        assert PUBLIC in text(alice.site.browser.get(path))
    thread = alice.named("Ada").begin("Bowline", "How does it go?")
    for path in ("/forum/name/", "/forum/knots/new/", f"/forum/t/{thread}/"):
        assert PUBLIC in text(alice.site.browser.get(path)), path
    rows = owner.execute(
        "SELECT i.category, s.channel, n.text FROM item i JOIN stamp s ON s.id = i.stamp_id JOIN notice n"
        " ON n.hash = s.notice WHERE s.channel = 'forum' ORDER BY 1"
    ).fetchall()
    words = notice(policy(), ChannelKind.FORUM)
    assert PUBLIC in words
    assert rows == [(name, "forum", words) for name in ("contact", "forum", "handle")]


@proves(Promise.FORUM, "S9")
def test_nothing_is_posted_by_who_was_shown_nothing(site: Site, owner: psycopg.Connection) -> None:
    """Without the words, under other words, or without signing in, nothing is kept and nothing is shown."""
    board()
    alice = member(site, ALICE).named("Ada")
    path = "/forum/knots/new/"
    typed = {"forum.subject": "Bowline", "forum.post": "How?"}
    other = alice.site.form("/register/")["shown"]
    stale = re.search(r'name="shown" value="([^"]+)"', text(alice.site.browser.get("/inquiry/")))
    assert stale
    assert alice.site.browser.post(path, typed).status_code == 400
    for seal in (other, stale[1]):
        assert alice.site.browser.post(path, {**typed, "shown": seal}).status_code == 422
    assert visitor().post(path, typed).status_code == 302
    assert owner.execute("SELECT count(*) FROM post").fetchone() == (0,)
    assert owner.execute("SELECT count(*) FROM item WHERE category = 'forum'").fetchone() == (0,)
    alice.begin("Bowline", "How?")
    assert "Bowline" in crawl()


@proves(Promise.FORUM, "S9")
def test_an_address_is_never_shown(site: Site) -> None:
    """Not the poster's own, and not one that somebody writes into a post, in whatever way; nor can it be a name."""
    board()
    alice = member(site, ALICE, profile__name="Alice Liddell", profile__company="Wonderland")
    answer = alice.send("/forum/name/", handle__handle=ALICE)
    assert answer.status_code == 422
    alice.named("Ada")
    thread = alice.begin(f"Ask {BOB}", f"Write to {BOB}, or bob @ example.org, or mailto:{BOB}. Soon!")
    alice.reply(thread, "https://elsewhere.example/?who=bob%40example.org and BOB＠EXAMPLE.ORG")  # noqa: RUF001 -- a wide sign
    seen = crawl()
    assert "Ada" in seen
    assert "Soon!" in seen
    for word in (ALICE, BOB, "bob @", "bob%40", "EXAMPLE.ORG", "Liddell", "Wonderland"):
        assert word not in seen, word
    found = text(visitor().post("/forum/search/", {"text": "bob"}))
    assert "0 posts" in found
    assert "1 post" in text(visitor().post("/forum/search/", {"text": "soon WRITE"}))


@proves(Promise.FORUM, Promise.CONFIDENTIAL, "S9", "S19")
def test_the_rest_stays_private(site: Site) -> None:
    """What somebody reports is read by moderators, for their purpose, and the reading is noted; by nobody else."""
    board()
    alice = member(site, ALICE).named("Ada")
    bob = member(site, BOB, profile__name="Robert Tables").named("Rob")
    thread = alice.begin("Bowline", "You fools!")
    post = re.search(r"/forum/post/([0-9a-f-]{36})/report/", read(f"/forum/t/{thread}/"))
    assert post
    answer = bob.send(f"/forum/post/{post[1]}/report/", reason="insult", report__words="She means my uncle")
    assert "Thank you" in text(answer)
    assert "uncle" not in crawl() + text(alice.site.browser.get(f"/forum/t/{thread}/"))
    moderator, _ = at_desk(Role.MODERATION)
    desk = text(moderator.get("/desk/forum/"))
    assert "She means my uncle" in desk
    assert "You fools!" in desk
    assert "Tables" not in desk
    assert "moderation" in {one.role for one in _reads(bob.person)}
    for role in set(Role) - {Role.MODERATION}:
        elsewhere, _ = at_desk(role, email=f"{role.value}@example.com")
        page = elsewhere.get("/desk/forum/")
        assert page.status_code == 403
        assert "uncle" not in text(page)


@proves(Promise.FORUM, Promise.ACCESS, "S9", "S29")
def test_a_removed_post_leaves_its_place_but_no_words(site: Site, owner: psycopg.Connection) -> None:
    """Whoever wrote it removes it, or is forgotten: the thread stands, without words and without a name."""
    board()
    alice, bob = member(site, ALICE).named("Ada"), member(site, BOB).named("Rob")
    thread = alice.begin("Bowline", "First words")
    bob.reply(thread, "Second words")
    alice.reply(thread, "Third words")
    assert {"First words", "Third words"} <= _values(alice.person)
    posts = re.findall(r"/forum/post/([0-9a-f-]{36})/report/", read(f"/forum/t/{thread}/"))
    assert bob.site.browser.post(f"/forum/post/{posts[0]}/remove/").status_code == 403
    assert visitor().post(f"/forum/post/{posts[0]}/remove/")["Location"] == "/signin/"
    assert alice.site.browser.post(f"/forum/post/{posts[0]}/remove/").status_code == 302
    page = read(f"/forum/t/{thread}/")
    assert "First words" not in page
    assert "Bowline" not in page
    assert "Third words" in page
    assert page.count("Removed.") >= 1
    assert "First words" not in _values(alice.person)
    forget(alice.person)
    page = read(f"/forum/t/{thread}/")
    assert "Ada" not in crawl()
    assert "Third words" not in page
    assert "Second words" in page
    assert [row[0] for row in owner.execute("SELECT no FROM post ORDER BY no")] == [1, 2, 3]
    assert owner.execute("SELECT count(*) FROM post WHERE person_id = %s", [alice.person]).fetchone() == (0,)


@proves(Promise.FORUM, Promise.CORRECTION, "S9", "S30")
def test_another_name_takes_the_place_of_the_old_everywhere(site: Site) -> None:
    """Whoever changes their name stands under the new one in all that they ever posted, and the old is gone."""
    board()
    alice = member(site, ALICE).named("Albert")
    first, second = alice.begin("Bowline", "One"), alice.begin("Sheet bend", "Two")
    assert read(f"/forum/t/{first}/").count("Albert") == read(f"/forum/t/{second}/").count("Albert") > 0
    alice.named("Alberta")
    assert not re.search(r"Albert\b", crawl())
    assert "Alberta" in read(f"/forum/t/{first}/")
    assert {"Alberta"} == _values(alice.person) & {"Albert", "Alberta"}


@proves(Promise.FORUM, "S9")
def test_script_in_every_field_is_text(site: Site) -> None:
    """Whatever is typed stands on the page as it was typed, and is nothing else; a link leads, and is marked."""
    board()
    alice = member(site, ALICE).named(SCRIPT[:80])
    thread = alice.begin(SCRIPT, f"{SCRIPT}\nhttps://elsewhere.example/a?b=1&c=2. javascript:alert(3)")
    bob = member(site, BOB).named("Rob")
    post = re.search(r"/forum/post/([0-9a-f-]{36})/report/", read(f"/forum/t/{thread}/"))
    assert post
    bob.send(f"/forum/post/{post[1]}/report/", reason="insult", report__words=SCRIPT)
    moderator, _ = at_desk(Role.MODERATION)
    pages = [visitor().get(path) for path in (f"/forum/t/{thread}/", "/forum/knots/", f"/forum/post/{post[1]}/report/")]
    pages += [visitor().post("/forum/search/", {"text": "alert"}), moderator.get("/desk/forum/")]
    for page in pages:
        assert b"<script" not in page.content
        assert b"<img" not in page.content
        assert b'href="javascript' not in page.content
        assert SCRIPT[:40] in text(page)
    assert (
        b'<a href="https://elsewhere.example/a?b=1&amp;c=2" class="outside" rel="noopener noreferrer">'
        in pages[0].content
    )


@proves(Promise.FORUM, "S9")
def test_nobody_floods_it(site: Site, owner: psycopg.Connection) -> None:
    """One person posts so often within an hour; what is sent twice is posted once; too much is told so."""
    board()
    alice = member(site, ALICE).named("Ada")
    thread = alice.begin("Bowline", "One")
    typed = alice.site.form(f"/forum/t/{thread}/", forum__post="Twice")
    for _ in range(2):
        assert alice.site.browser.post(f"/forum/t/{thread}/", typed).status_code == 302
    assert owner.execute("SELECT count(*) FROM post").fetchone() == (2,)
    answers = [alice.reply(thread, f"More {number}").status_code for number in range(MOST_AN_HOUR)]
    assert answers.count(429) == 2
    assert owner.execute("SELECT count(*) FROM post").fetchone() == (MOST_AN_HOUR,)
    bob = member(site, BOB).named("Rob")
    assert bob.reply(thread, "Mine").status_code == 302


@proves(Promise.FORUM, "S9")
def test_what_is_held_back_is_shown_to_nobody(site: Site, owner: psycopg.Connection) -> None:
    """A post that is contested, or under a legal hold, is not shown while it is; the rest of the thread is."""
    board()
    thread = member(site, ALICE).named("Ada").begin("Bowline", "Contested words")
    bob = member(site, BOB).named("Rob")
    bob.reply(thread, "Other words")
    assert "Contested words" in crawl()
    owner.execute(
        "UPDATE item SET refused = set_bit(refused, 255 - 21, 1) WHERE category = 'forum' AND fields->>'subject' <> ''"
    )
    seen = crawl()
    assert "Contested words" not in seen
    assert "Other words" in seen
    assert "0 posts" in text(visitor().post("/forum/search/", {"text": "contested"}))


@pytest.mark.parametrize("path", ["/forum/", "/forum/knots/", "thread", "search"])
def test_a_page_costs_the_same_with_much_on_it(site: Site, owner: psycopg.Connection, path: str) -> None:
    """The number of queries is the same with 1, 3 and 100 posts and threads."""
    board()
    alice = member(site, ALICE).named("Ada")
    thread = alice.begin("Bowline", "words 0")
    page = f"/forum/t/{thread}/" if path == "thread" else path
    counts = []
    for many in (1, 3, 100):
        _fill(owner, thread, many)
        with CaptureQueriesContext(connection) as seen:
            answer = visitor().post("/forum/search/", {"text": "words"}) if path == "search" else visitor().get(page)
        assert answer.status_code == 200
        counts.append(len(seen))
    assert counts[0] == counts[1] == counts[2]
    assert counts[0] <= 24


def _fill(owner: psycopg.Connection, thread: UUID, many: int) -> None:
    """Put copies of the first post into its thread, and of the thread onto the board, until there are so many."""
    owner.execute(
        """
        WITH one AS (SELECT p.*, gen_random_uuid() AS key, gen_random_uuid() AS copied, n FROM post p,
            generate_series(2, %s) AS n WHERE p.thread_id = %s AND p.no = 1 AND NOT EXISTS (
                SELECT FROM post q WHERE q.thread_id = p.thread_id AND q.no = n)),
        items AS (INSERT INTO item (person_id, id, category, stamp_id, at, event, thread, reach_id, fields, stated,
                accepted, refused, until, salt, entry, pos)
            SELECT i.person_id, copied, category, stamp_id, i.at, event, key, reach_id, fields, stated, accepted,
                refused, until, salt, entry, pos FROM one JOIN item i ON i.id = one.item),
        threads AS (INSERT INTO thread (id, board_id, at, last, posts)
            SELECT key, board_id, t.at, t.last, 1 FROM one JOIN thread t ON t.id = one.thread_id),
        firsts AS (INSERT INTO post (person_id, id, item, thread_id, no, at, state, why)
            SELECT person_id, copied, copied, key, 1, at, state, why FROM one)
        INSERT INTO post (person_id, id, item, thread_id, no, at, state, why)
        SELECT person_id, key, copied, thread_id, n, at, state, why FROM one
        """,
        [many, thread],
    )


def _values(person: UUID) -> set[str]:
    """Give every value in the copy that a person gets of all that is held."""
    return {value for one in copy(person, opened=True).given for _, value in one.fields}
