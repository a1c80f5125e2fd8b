"""Act for a person: take a no at once, send them their link for a yes, merge, part, forget."""

from datetime import timedelta
from http import HTTPStatus
from typing import Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_POST

from avow.accuracy.forgotten.forget import forget
from avow.errors import AddressError
from avow.gate.seen.read import permitted
from avow.mail.links import links
from avow.mail.outgoing import post
from avow.mail.stop import stop
from avow.optout.stops import MARKETING, goes_on, stops
from avow.page.failure import Failure
from avow.page.field import ADDRESS, Field
from avow.page.site import policy
from avow.page.staff.desk import desk, picked, show
from avow.page.staff.models import Staff
from avow.policy.proof.keeps import keeps
from avow.record.known.address import parse
from avow.record.known.identity import addresses_of, persons_at
from avow.record.known.link import link, unlink
from avow.record.limits import allow
from avow.terms import Actor, FieldType, MessageKind, Promise, Role

EVIDENCE: Final = Field(
    "evidence",
    "How you know",
    FieldType.TEXT,
    required=True,
    hint="Such as: said so on the telephone on 3 May. The person can see this.",
)
_DAY: Final = timedelta(days=1)
_MOST_A_DAY: Final = 3
_OFFICER: Final = Role.PRIVACY_OFFICER


@keeps(Promise.OPTOUT)
@desk()
def no(request: HttpRequest, who: Staff) -> HttpResponse:
    """Take a no for an address, known or not; the answer is the same for both."""
    fields = [ADDRESS, EVIDENCE]
    told = {"stops": stops(policy()), "chosen": MARKETING, "goes_on": goes_on(policy())}
    if request.method != "POST":
        return show(request, who, "web/desk/no.html", {**told, "fields": fields})
    fields = [field.filled(str(request.POST.get(field.name, ""))) for field in fields]
    try:
        reach = parse(fields[0].value).reach_id
    except AddressError as error:
        fields[0] = fields[0] if fields[0].wrong else fields[0].but(fields[0].value, str(error))
        reach = b""
    wrong = [field for field in fields if field.wrong]
    if wrong:
        return show(request, who, "web/desk/no.html", {**told, "fields": fields, "wrong": wrong}, status=422)
    picks = {one.name: one for one in stops(policy())}
    pick = picks.get(str(request.POST.get("stop")), picks[MARKETING])
    stop([pick.chosen], _evidence(who, fields[1].value), reach=reach, actor=Actor.STAFF)
    return show(request, who, "web/desk/no.html", {**told, "fields": [ADDRESS, EVIDENCE], "taken": pick})


@keeps(Promise.OPTOUT)
@require_POST
@desk()
def refuse(request: HttpRequest, who: Staff, person: UUID) -> HttpResponse:
    """Take a no of one person at once; it needs a word on how it is known."""
    _readable(request, who, person)
    field = EVIDENCE.filled(str(request.POST.get(EVIDENCE.name, "")))
    if field.wrong:
        raise Failure(
            HTTPStatus.BAD_REQUEST, "A no for somebody else needs a word on how you know.", "Go back, and say."
        )
    picks = {one.name: one for one in stops(policy())}
    pick = picks.get(str(request.POST.get("stop")), picks[MARKETING])
    stop([pick.chosen], _evidence(who, field.value), person, None, Actor.STAFF)
    return _back(request, person, "stopped")


@require_POST
@desk()
def send_link(request: HttpRequest, who: Staff, person: UUID) -> HttpResponse:
    """Send a person the link to their own choices: only they say yes."""
    _readable(request, who, person)
    for exact, reach, _ in addresses_of(person)[:1]:
        if allow(f"link:{reach.hex()}", _MOST_A_DAY, _DAY):
            found = links(person, reach, "", policy().front.mailbox).choices
            post(MessageKind.IDENTITY, person, exact, "link", {"link": found})
            return _back(request, person, "sent")
    raise Failure(HTTPStatus.TOO_MANY_REQUESTS, "This mailbox had its link today, or there is none.", "Try tomorrow.")


@require_POST
@desk(_OFFICER)
def merge(request: HttpRequest, who: Staff, person: UUID) -> HttpResponse:
    """Take two persons for one, or for two again: what either refused meanwhile stays refused for both."""
    _readable(request, who, person)
    other = _person(str(request.POST.get("other", "")))
    if request.POST.get("act") == "part":
        unlink(person, other)
        return _back(request, person, "parted")
    link(person, other, Actor.STAFF)
    return _back(request, person, "merged")


@desk(_OFFICER)
def forget_(request: HttpRequest, who: Staff, person: UUID) -> HttpResponse:
    """Ask once more, then forget all that a person gave, and name what remains."""
    chosen = _readable(request, who, person)
    if request.method != "POST":
        return show(request, who, "web/desk/forget.html", {"person": person, "chosen": chosen})
    if request.POST.get("sure") != "yes":
        raise Failure(HTTPStatus.BAD_REQUEST, "Nothing was forgotten: the box was not ticked.", "Go back, and tick it.")
    return show(request, who, "web/desk/forgotten.html", {"done": forget(person)})


def _readable(request: HttpRequest, who: Staff, person: UUID) -> str:
    """Give the purpose under which somebody may read a person; raise a Failure (404) where they may not."""
    chosen = picked(request, who)
    if chosen is None or not permitted(chosen[0], chosen[1].id, person):
        raise Failure(HTTPStatus.NOT_FOUND, "There is nobody here whom you may read for this.", "Look for them again.")
    return chosen[1].id


def _person(text: str) -> UUID:
    """Find one person by id or address."""
    try:
        return UUID(text.strip())
    except ValueError:
        pass  # then it is an address
    try:
        found = persons_at(parse(text).exact_id)
    except AddressError:
        found = []
    if len(found) != 1:
        raise Failure(
            HTTPStatus.BAD_REQUEST,
            f"{len(found) or 'Nobody'} of the people here hold this address.",
            "Give an id instead.",
        )
    return found[0]


def _evidence(who: Staff, words: str) -> str:
    return f"{words} (taken by staff {who.id})"


def _back(request: HttpRequest, person: UUID, done: str) -> HttpResponse:
    purpose = str(request.POST.get("for", ""))
    found = purpose if purpose in policy().purposes else ""
    return HttpResponseRedirect(f"/desk/people/{person}/?for={found}&done={done}")
