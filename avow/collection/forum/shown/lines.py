"""Put together what a page of the forum shows of posts: what the gate gives to anybody, addresses hidden."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from avow.collection.forum.shown.form import here
from avow.collection.forum.shown.masked import Part, masked, parts
from avow.collection.forum.shown.places import Place
from avow.gate.seen.each import One, public
from avow.policy.proof.keeps import keeps
from avow.record.forum.posts import HIDDEN, REMOVED, Post
from avow.record.forum.reports import Reason
from avow.terms import Promise


@dataclass(frozen=True, slots=True)
class Line:
    """A post as a page shows it: its writer's name, subject and words, or why there are none."""

    post: Post
    by: str
    subject: str
    words: tuple[Part, ...]
    gone: str
    mine: bool

    @property
    def at(self) -> datetime:
        """Give when it was posted."""
        return self.post.at

    @property
    def id(self) -> UUID:
        """Give its id."""
        return self.post.id


@keeps(Promise.FORUM)
def lines(posts: Sequence[Post], reader: UUID | None = None) -> list[Line]:
    """Give posts as anybody reads them; `reader` is who signed in, to whom their own are marked."""
    found = public(pair for post in posts for pair in post.items)
    return [_line(post, found, reader) for post in posts]


def name_shown(named: Iterable[tuple[UUID, UUID]]) -> str:
    """Give the name that an item holds, as anybody reads it; "" where there is none."""
    return next((masked(_value(one, here().name)) for one in public(named).values()), "")


def _line(post: Post, found: Mapping[UUID, One], reader: UUID | None) -> Line:
    asked, words = here(), found.get(post.item)
    name = found.get(post.name) if post.name else None
    return Line(
        post,
        masked(_value(name, asked.name)) or _("Somebody"),
        masked(_value(words, asked.subject)),
        parts(_value(words, asked.words)),
        "" if words else _gone(post),
        mine=words is not None and post.person == reader,
    )


def _gone(post: Post) -> str:
    """Say why a post has no words."""
    if post.state == HIDDEN:
        return f"{_('Hidden by the moderators.')} {_(Reason(post.why).words) if post.why else ''}".strip()
    return _("Removed.") if post.state == REMOVED else _("Not shown.")


def _value(one: One | None, place: Place) -> str:
    return one.fields.get(place[1], "") if one and one.category == place[0] else ""
