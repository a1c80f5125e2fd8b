"""Decide what somebody asked for, and tell them by mail that there is an answer; its words stand behind signing in."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from uuid import UUID

from avow.accuracy.answer.ask import days
from avow.accuracy.correct.correction import correct, correction
from avow.accuracy.held import right_of
from avow.errors import RecordError
from avow.mail.outgoing import post
from avow.page.failure import Failure
from avow.page.site import address as site
from avow.policy.proof.keeps import keeps
from avow.policy.wish import Wish
from avow.record.known.identity import addresses_of
from avow.record.own.opened import kept_of
from avow.record.petitions import clock
from avow.record.petitions.petition import DISPUTED, GRANTED, REFUSED, UPHELD, Petition, decide, petition_at
from avow.record.taken.whole import whole
from avow.terms import MessageKind, Promise


@keeps(Promise.ACCESS, Promise.CORRECTION)
def answer(key: UUID, staff: UUID, reply: str, *, granted: bool) -> Petition:
    """Grant or refuse a petition, with what is to be said; a correction that is granted is made, and stays made.

    A refusal can be disputed once, and is then decided by somebody else. Raises a Failure (409) if it was decided
    meanwhile, what it is about changed, or the same person of the staff looks twice.
    """
    try:
        with whole():
            found = petition_at(key)
            if granted and found.wish == Wish.CORRECTION and found.item and found.proposed is not None:
                _correct(found.person, found.item, found.proposed)
            state = GRANTED if granted else UPHELD if found.state == DISPUTED else REFUSED
            decide(found, staff, state, reply, _tell(found.person, "answered", {}))
    except RecordError as error:
        raise Failure(HTTPStatus.CONFLICT, str(error), error.hint or "Look again.") from error
    return found


@keeps(Promise.ACCESS, Promise.CORRECTION)
def extend(key: UUID, person: UUID, at: datetime, wish: Wish, why: str) -> datetime:
    """Let the answer take as many days again as are promised, once, and tell the person why before those are over.

    `key` is a petition's or a letter's, which came `at`. Gives until when; raises a Failure (409) where it is too late
    to tell, was told before, or nobody can be told.
    """
    until = at + timedelta(days=2 * days(wish))
    if datetime.now(UTC) > at + timedelta(days=days(wish)):
        raise Failure(HTTPStatus.CONFLICT, "The time that was promised is over.", "Answer it now.")
    try:
        with whole():
            clock.extend(key, person, until, why)
            clock.told(_tell(person, "extended", {"until": f"{until:%-d %B %Y}", "why": why}))
    except RecordError as error:
        raise Failure(HTTPStatus.CONFLICT, str(error), error.hint or "Look again.") from error
    return until


def _correct(person: UUID, item: UUID, proposed: Mapping[str, str]) -> None:
    """Put an item right as it was proposed, whatever of it was put right meanwhile."""
    kept = next(iter(kept_of(person, item)), None)
    values = right_of(person, kept.category).get(item) if kept else None
    if values is None:
        raise RecordError("what is to be put right is not there any more", "refuse it, and say so")
    shown = correction(person, item, values)
    correct(shown.as_proposed(proposed), shown.seen)


def _tell(person: UUID, words: str, given: Mapping[str, str]) -> UUID | None:
    """Post a message to the address of a person that was proven first; None where there is no address."""
    held = sorted(addresses_of(person), key=lambda one: one[2] is None)
    for exact, _, _ in held[:1]:
        return post(MessageKind.RIGHTS_CASE, person, exact, words, {"signin": f"{site()}/signin/", **given})
    return None
