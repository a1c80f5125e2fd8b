"""Decide about a post that was reported, and tell just those whom it concerns: its writer, and who reported it."""

from collections.abc import Callable, Iterable
from enum import StrEnum
from typing import Final
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from avow.errors import RecordError
from avow.mail.outgoing import post as send
from avow.page.site import address as site
from avow.page.visitor.spoken import spelt
from avow.policy.proof.keeps import keeps
from avow.record.forum.posts import HIDDEN, REMOVED, SHOWN, Post, mailbox_of, move, posts_named
from avow.record.forum.reports import Reason, Report, close_reports
from avow.record.key import NOBODY
from avow.record.known.identity import addresses_of
from avow.record.shown.language import speaking
from avow.terms import MessageKind, Promise
from avow.tongue import marked

CONDUCT, REPORTED = "conduct", "reported"
"""The names of the words to whoever wrote the post, and to whoever reported it."""


class Act(StrEnum):
    """What a moderator does about a post: hide it, warn its writer and let it stand, leave it, show it again."""

    HIDE = "hide"
    WARN = "warn"
    LEAVE = "leave"
    SHOW = "show"


_TO_WRITER: Final = {
    Act.HIDE: marked(
        "We have hidden it: nobody can read it there. You still find it in your copy of all that we hold."
    ),
    Act.WARN: marked("We have left it where it is. Please mind our rules next time."),
    Act.SHOW: marked("We had hidden it, and show it again."),
}
_TO_REPORTER: Final = {
    Act.HIDE: marked("We have hidden it."),
    Act.WARN: marked("We have written to whoever posted it, and left it where it is."),
    Act.LEAVE: marked("We have read it, and left it where it is."),
    Act.SHOW: marked("We have read it, and show it again."),
}
_GONE: Final = marked("Whoever wrote it has removed it, so it is not there any more.")


@keeps(Promise.PURPOSES_ONLY)
def conduct(post: UUID, act: Act, reason: Reason) -> None:
    """Do it, close the reports of the post, and write to its writer and to each who reported it; no one else is told.

    The writer is not told who reported it, nor the reporter who wrote it. Raises RecordError if the post is not there,
    or was decided about meanwhile.
    """
    with transaction.atomic():
        found = posts_named([post]).get(post)
        if found is None or not _done(found, act, reason):
            raise RecordError("there is nothing to decide about this post", "look at it again")
        reports = close_reports(post, act.value)
        if act in _TO_WRITER:
            _write(found.person, mailbox_of(found.person), CONDUCT, lambda: _given(found, reason, _TO_WRITER[act]))
        done = _GONE if found.state == REMOVED else _TO_REPORTER[act]
        for person, exact in _reporters(reports).items():
            _write(person, exact, REPORTED, lambda: _given(found, reason, done))


def _done(found: Post, act: Act, reason: Reason) -> bool:
    """Change what is shown, as far as the act does; say no where it makes no sense any more."""
    if act is Act.HIDE:
        return move(found.id, HIDDEN, reason.value)
    if act is Act.SHOW:
        return move(found.id, SHOWN)
    return act is Act.LEAVE or found.state == SHOWN


def _reporters(reports: Iterable[Report]) -> dict[UUID, bytes]:
    """Give each who reported and is to be answered, once."""
    return {one.person: one.exact for one in reports if one.person != NOBODY and one.exact is not None}


def _given(found: Post, reason: Reason, done: str) -> dict[str, str]:
    """Give what a message about a post says, in the language that is spoken."""
    return {
        "link": f"{site()}/forum/t/{found.thread}/",
        "date": spelt(found.at),
        "reason": _(reason.words),
        "done": _(done),
    }


def _write(person: UUID, exact: bytes | None, words: str, given: Callable[[], dict[str, str]]) -> None:
    """Write to a person at the address that they gave for it, or where they moved to; to nobody who is gone."""
    held = [one for one, _reach, proven in addresses_of(person) if proven is not None]
    at = exact if exact in held else next(iter(held), None)
    if at is not None:
        with speaking(person):
            send(MessageKind.ABUSE_NOTICE, person, at, words, given())
