"""What a visitor reads in the forum is exactly what was said to be public when it was posted, and is shown still."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from random import Random
from uuid import UUID

import psycopg
import pytest

from avow.accuracy.forgotten.forget import forget
from avow.collection.forum.search import _found as search
from avow.collection.forum.shown.lines import lines
from avow.config import config
from avow.policy.folder import load
from avow.record.forum.boards import add_board
from avow.record.forum.posts import add, begin, move, name, newest, posts_of, remove
from avow.record.key import new_key
from avow.record.known.address import parse
from avow.record.known.forget import forget_item
from avow.record.shown.notice import show
from avow.record.shown.stamp import Shown, stamp
from avow.record.shown.versions import history, in_force, publish
from avow.record.taken.store import Given, amend, keep
from avow.store.server.embedded import Embedded
from avow.terms import ChannelKind, Scope


@dataclass
class Said:
    """What one post says, whose it is, whether it was said to be public, whether it is shown, what bars it."""

    by: UUID
    words: str
    told: bool
    item: UUID
    state: str = "shown"
    bar: int = 0


BARS = (Scope.HELD, Scope.CONTESTED, Scope.SUSPENDED)
"""What bars a use that nobody can refuse."""
HARMLESS = (Scope.MARKETING, Scope.OPTIONAL, Scope.BOUNCED, Scope.UNVERIFIED)
"""What bars nothing of it: whoever refuses marketing is read in the forum all the same."""


class Told:
    """What happened in a forum, told without the gate: what each post says, whose it is, and whether it is public."""

    def __init__(self, owner: psycopg.Connection, draw: Random) -> None:
        """Let people come, each with a name, some of whom were told that it is public, and some were not."""
        self.owner, self.draw = owner, draw
        self.thread: UUID | None = None
        self.names: dict[UUID, str] = {}
        self.items: dict[UUID, UUID] = {}
        self.posts: dict[UUID, Said] = {}
        for number in range(4):
            self._come(number)

    def _come(self, number: int) -> None:
        key, address = new_key(), parse(f"poster{number}@example.org")
        given = [Given("contact", {"email": address.display}), Given("handle", {"handle": f"Name{number}"})]
        person = keep(stamp(history(), shown(), "/forum/", datetime.now(UTC)), given, address, thread=key)
        name(person, key, "handle", address.exact_id)
        self.names[person] = f"Name{number}"

    def say(self) -> None:
        """Post something, told that it is public, or by some program that told less."""
        person, key, told = self.draw.choice(sorted(self.names)), new_key(), self.draw.random() < 0.6
        words = f"word{len(self.posts)}x said by {self.draw.randrange(99)}"
        marked = stamp(history(), shown(*(() if told else ("conduct", "rights"))), "/forum/", datetime.now(UTC))
        keep(marked, [Given("forum", {"post": words})], None, person=person, thread=key)
        self.thread = self.thread or begin("knots")
        add(person, key, "forum", self.thread)
        row = self.owner.execute("SELECT item FROM post WHERE id = %s", [key]).fetchone()
        assert row
        self.posts[key] = Said(person, words, told, row[0])

    def bar(self) -> None:
        """Set or take away conditions and refusals of one item."""
        post = self.posts[self.pick()]
        scopes = [one for one in (*BARS, *HARMLESS) if self.draw.random() < 0.3]
        post.bar = sum(one.mask for one in scopes)
        self.owner.execute("UPDATE item SET refused = %s::bit(256) WHERE id = %s", [f"{post.bar:0256b}", post.item])

    def hide(self) -> None:
        """Hide a post, or show it again."""
        key = self.pick()
        if self.posts[key].state != "removed":
            self.posts[key].state = self.draw.choice(["shown", "hidden"])
            move(key, self.posts[key].state)

    def remove(self) -> None:
        """Remove a post."""
        key = self.pick()
        post = self.posts[key]
        item = remove(post.by, key)
        if item is not None:
            forget_item(post.by, item)
        post.state = "removed"

    def correct(self) -> None:
        """Put other words in the place of a post's."""
        post = self.posts[self.pick()]
        if post.state != "removed" and not post.bar & Scope.HELD.mask:
            post.words = f"{post.words} mended"
            amend(post.by, post.item, {"post": post.words})

    def go(self) -> None:
        """Forget a person."""
        if len(self.names) > 2:
            person = self.draw.choice(sorted(self.names))
            forget(person)
            del self.names[person]
            for post in self.posts.values():
                post.state = "removed" if post.by == person else post.state

    def pick(self) -> UUID:
        """Pick a post."""
        return self.draw.choice(sorted(self.posts))

    def public(self) -> dict[UUID, tuple[str, str]]:
        """Say what anybody may read: name and words of each post that was said to be public and is shown."""
        bars = sum(one.mask for one in BARS)
        return {
            key: (self.names[post.by], post.words)
            for key, post in self.posts.items()
            if post.told and post.state == "shown" and not post.bar & bars
        }


def shown(*states: str) -> Shown:
    """Give what was shown: the whole notice, or one that stated these purposes alone."""
    found = show(in_force(), ChannelKind.FORUM, "en")
    return Shown(found.version, found.channel, found.notice, found.language, states or None)


@pytest.mark.parametrize("seed", [1])
def test_read_equals_said_to_be_public(store: Embedded, owner: psycopg.Connection, seed: int) -> None:
    """After any acts, thread, list and search show each word that was said to be public, and no other."""
    assert store.url("avow_app")
    publish(load(config().policies))
    add_board("knots", "Knots", "About knots.")
    draw = Random(seed)  # noqa: S311 -- a draw
    told = Told(owner, draw)
    acts: list[Callable[[], None]] = [told.say, told.bar, told.hide, told.remove, told.correct]
    for _ in range(6):
        told.say()
    reached, states = 0, set[str | bool]()
    for step in range(50):
        (told.go if step == 30 else draw.choice(acts))()
        assert told.thread
        read = {one.id: one for one in lines(posts_of(told.thread, 200))}
        expected = told.public()
        seen = {key: (one.by, "".join(part.text for part in one.words)) for key, one in read.items() if not one.gone}
        assert seen == expected
        assert read.keys() == told.posts.keys()
        assert all(not one.words and not one.subject for one in read.values() if one.gone)
        assert {one.id for one in lines(newest(200)) if not one.gone} == expected.keys()
        if step % 8 == 0:
            assert {one.id for one in search("said")} == expected.keys()
        reached += len(expected)
        states |= {part for post in told.posts.values() for part in (post.state, post.told)}
    assert reached > 50
    assert states == {"shown", "hidden", "removed", True, False}
