"""Decide what somebody asked for, and tell them by mail that there is an answer; its words stand behind signing in."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from http import HTTPStatus
from typing import Final
from uuid import UUID

from avow.accuracy.answer.ask import days
from avow.accuracy.answer.named import check, tell, wait
from avow.accuracy.barred.bar import restrict
from avow.accuracy.correct.correction import correct, correction
from avow.accuracy.held import right_of
from avow.errors import RecordError
from avow.mail.outgoing import post
from avow.mail.stop import stop
from avow.page.failure import Failure
from avow.page.site import address as site
from avow.page.visitor.spoken import spelt
from avow.policy.proof.keeps import keeps
from avow.policy.wish import Wish
from avow.record.journal.journal import journalled
from avow.record.known.held import linked_to
from avow.record.known.identity import addresses_of
from avow.record.own.opened import kept_of
from avow.record.petitions import clock
from avow.record.petitions.mandate import mandate_of
from avow.record.petitions.petition import DISPUTED, GOING, GRANTED, REFUSED, UPHELD, Petition, decide, petition_at
from avow.record.said.choices import Chosen
from avow.record.shown.language import speaking
from avow.record.taken.whole import whole
from avow.terms import Actor, MessageKind, Promise

UNDO: Final = timedelta(days=3)
"""How long whoever is to be erased can take it back: who took a mailbox over must not destroy what is another's."""


@keeps(Promise.ACCESS, Promise.CORRECTION)
def answer(key: UUID, staff: UUID, reply: str, *, granted: bool, no: Chosen | None = None) -> Petition:
    """Grant or refuse a petition, with what is to be said; what is granted is done by this, and stays done.

    A correction is made; a use that was objected to (`no`) is refused; all uses but the least are barred; what is to be
    erased is barred at once, and erased after `UNDO`. What was asked in a person's name is granted when two read the
    paper. A refusal can be disputed once, and is then decided by somebody else. Raises a Failure (409) if it was
    decided meanwhile, what it is about changed, or the same person of the staff looks twice.
    """
    try:
        if granted:
            check(mandate_of(key), str(staff))
            _refuse(petition_at(key), no)
        with whole():
            found = petition_at(key)
            if granted:
                _grant(found, staff, reply)
            if granted and found.wish == Wish.ERASURE:
                ripe = datetime.now(UTC) + UNDO
                told = _tell(found.person, "erasing", {"ripe": ripe})
                _tell_linked(found.person, ripe)
                decide(found, staff, GOING, reply, told, ripe)
            else:
                state = GRANTED if granted else UPHELD if found.state == DISPUTED else REFUSED
                decide(found, staff, state, reply, _tell(found.person, "answered", {}))
            wait(key)
    except RecordError as error:
        raise Failure(HTTPStatus.CONFLICT, str(error), error.hint or "Look again.") from error
    journalled()
    tell(key)
    return found


@keeps(Promise.ACCESS, Promise.CORRECTION)
def extend(key: UUID, person: UUID, at: datetime, wish: Wish, why: str, by: str) -> datetime:
    """Let the answer take as many days again as are promised, once, and tell the person why before those are over.

    `key` is a petition's or a letter's, which came `at`. Gives until when; raises a Failure (409) where it is too late
    to tell, was told before, or nobody can be told.
    """
    until = at + timedelta(days=2 * days(wish))
    if datetime.now(UTC) > at + timedelta(days=days(wish)):
        raise Failure(HTTPStatus.CONFLICT, "The time that was promised is over.", "Answer it now.")
    try:
        with whole():
            clock.extend(key, person, until, why, by)
            clock.told(_tell(person, "extended", {"until": until.date(), "why": why}))
    except RecordError as error:
        raise Failure(HTTPStatus.CONFLICT, str(error), error.hint or "Look again.") from error
    journalled()
    return until


def _refuse(found: Petition, no: Chosen | None) -> None:
    """Refuse what a person objected to, before it is decided: whatever comes then, it holds.

    Raises RecordError where it is not said what that is.
    """
    if found.wish != Wish.OBJECTION:
        return
    if no is None:
        raise RecordError("it is not said which use they object to", "choose what is refused from now on")
    stop([no], f"objected: {found.words}"[:1000], found.person, None, Actor.STAFF)


def _grant(found: Petition, staff: UUID, reply: str) -> None:
    """Do what a petition asks for, and bar what is to be erased until it is."""
    match found.wish:
        case Wish.CORRECTION if found.item and found.proposed is not None:
            _correct(found.person, found.item, found.proposed)
        case Wish.ERASURE:
            restrict(found.person, "asked to be forgotten, until that is done", str(staff), found.id)
        case Wish.RESTRICTION:
            restrict(found.person, reply, str(staff), found.id)


def _correct(person: UUID, item: UUID, proposed: Mapping[str, str]) -> None:
    """Put an item right as it was proposed, whatever of it was put right meanwhile."""
    kept = next(iter(kept_of(person, item)), None)
    values = right_of(person, kept.category).get(item) if kept else None
    if values is None:
        raise RecordError("what is to be put right is not there any more", "refuse it, and say so")
    shown = correction(person, item, values)
    correct(shown.as_proposed(proposed), shown.seen)


def _tell_linked(person: UUID, ripe: datetime) -> None:
    """Tell each who is erased with a person, at an address that they proved and the person does not hold, too."""
    own = {exact for exact, _, _ in addresses_of(person)}
    for other in linked_to(person):
        for exact, _, proven in addresses_of(other):
            if proven and exact not in own:
                with speaking(other):
                    post(MessageKind.IDENTITY, other, exact, "erasing-too", {"ripe": _spelt(ripe)})
                break


def _tell(person: UUID, words: str, given: Mapping[str, str | date]) -> UUID | None:
    """Post a message to the address of a person that was proven first; None where there is no address."""
    held = sorted(addresses_of(person), key=lambda one: one[2] is None)
    for exact, _, _ in held[:1]:
        with speaking(person):
            said = {name: one if isinstance(one, str) else _spelt(one) for name, one in given.items()}
            return post(MessageKind.RIGHTS_CASE, person, exact, words, {"signin": f"{site()}/signin/", **said})
    return None


def _spelt(at: date) -> str:
    """Write a day, and the minute of it where that is given."""
    return f"{spelt(at)}, {at:%H:%M}" if isinstance(at, datetime) else spelt(at)
