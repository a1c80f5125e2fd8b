"""Let what is most private wait for three days, tell each address of whoever asks for them, and let any stop it."""

from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Final
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from avow.accuracy.session import Signed
from avow.errors import TokenError
from avow.mail.outgoing import post
from avow.page.failure import Failure
from avow.page.signed.address import written
from avow.page.site import address as site
from avow.page.site import policy
from avow.policy.proof.keeps import keeps
from avow.record.known.identity import addresses_of
from avow.record.known.session import end_sessions_at
from avow.record.own.awaited import CLOSED, DELAY, OPEN, Awaited, awaited, begin, stop
from avow.record.shown.language import speaking
from avow.record.token import seal, unseal
from avow.terms import MessageKind, Promise

_ACT: Final = "stop what is awaited"


@keeps(Promise.ACCESS)
def late(who: Signed) -> Awaited | None:
    """Let the most private parts of a copy wait, unless they do already, and tell each proven address how to stop it.

    Gives how they stand.
    """
    with transaction.atomic():
        new = begin(who.person)
        found = awaited(who.person)
        if new and found:
            _tell(who, found)
    return found


def _tell(who: Signed, found: Awaited) -> None:
    link = f"{site()}/me/copy/stop/{seal(_ACT, who.person.hex, found.at.isoformat())}/"
    asked = written(who.person, who.exact)
    given = {
        "asked": asked.masked if asked else "",
        "opens": f"{found.opens:%Y-%m-%d, %H:%M} UTC",
        "ends": f"{found.ends:%Y-%m-%d}",
        "stop": link,
    }
    with speaking(who.person):  # whoever asks may be somebody else, who chose another language
        for exact, _reach, proven in addresses_of(who.person):
            if proven:
                post(MessageKind.IDENTITY, who.person, exact, "copy-awaited", given)


@require_http_methods(["GET", "HEAD", "POST"])
def stopped(request: HttpRequest, token: str) -> HttpResponse:
    """Show what a link stops; a POST stops it, and ends every session at an address of its person.

    It needs no proof, for it only tightens.
    """
    person, at = _opened(token)
    done = False
    if request.method == "POST":
        with transaction.atomic():
            if _waits(person, at):
                end_sessions_at([exact for exact, _, proven in addresses_of(person) if proven])
            done = stop(person, at)
    told = {
        "waits": _waits(person, at),
        "done": done,
        "days": CLOSED.days,
        "mailbox": policy().front.mailbox,
    }
    return render(request, "accuracy/copy/stop.html", told)


def _waits(person: UUID, at: datetime) -> bool:
    """Say whether what a link stops, or what was asked for since, is not stopped yet."""
    found = awaited(person)
    return found is not None and found.at >= at and found.stopped is None


def _opened(token: str) -> tuple[UUID, datetime]:
    try:
        person, at = unseal(_ACT, token, DELAY + OPEN + timedelta(days=1))
        return UUID(person), datetime.fromisoformat(at)
    except (TokenError, ValueError) as error:
        raise Failure(
            HTTPStatus.NOT_FOUND,
            "This link is damaged, not ours, or too old.",
            _("Copy the whole link. If it does not help, write to {mailbox}.").format(mailbox=policy().front.mailbox),
        ) from error
