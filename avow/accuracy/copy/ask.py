"""Let who signed in ask for the copy: with a second code, and not within a week of a change of address."""

import re
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from avow.accuracy.code import CODE, MINUTES, mail_code, redeem
from avow.accuracy.copy.copy import copy
from avow.accuracy.copy.file import as_csv, as_json
from avow.accuracy.copy.late import late
from avow.accuracy.kept.receipts import receipt_in_case
from avow.accuracy.session import Signed, signed
from avow.errors import TokenError
from avow.page.failure import Failure
from avow.page.field import Field
from avow.page.limit import limit
from avow.page.site import history, policy
from avow.page.visitor.spoken import spelt
from avow.policy.meaning.highest import highest_ever
from avow.record.known.identity import moved_at
from avow.record.matters.enclosed import files_of
from avow.record.own.awaited import awaited, opened
from avow.record.token import seal, unseal

COOLING: Final = timedelta(days=7)
"""How long after a change of address no copy is given: whoever took an address over would ask at once."""
_ACT: Final = "copy"
_MOST_AN_HOUR: Final = 10
_FILES: Final = {"json": "application/json", "csv": "text/csv; charset=utf-8"}
_RECEIPT: Final = "receipt"
_ID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_WORDS: Final = "asked for a receipt, signed in and with a second code"
_WRONG: Final = "it is wrong, used or too old; ask for a new one if need be"


@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """Say what the copy holds, mail a second code, and give the copy to whoever brings it back.

    What is most private is in it three days after it was first asked for, unless somebody stopped that.
    A POST with the code shows the page; one with what the page carries gives a file, or the receipt of one thing, for
    a quarter of an hour.
    """
    who = signed(request)
    if who is None:
        return HttpResponseRedirect("/signin/")
    if request.method != "POST":
        return render(request, "accuracy/copy/ask.html", {"from_": _from(who), "awaited": awaited(who.person)})
    _cooled(who)
    limit(request, f"{_ACT}:{who.person.hex}", _MOST_AN_HOUR, timedelta(hours=1))
    if "proven" in request.POST:
        return _file(request, who)
    if "token" in request.POST:
        return _show(request, who, str(request.POST["token"]))
    token = seal(_ACT, mail_code(who.person, who.exact, who.reach, _ACT).hex, who.person.hex)
    return _ask_code(request, token, CODE)


def _show(request: HttpRequest, who: Signed, token: str) -> HttpResponse:
    code, person = _opened(_ACT, token)
    found = redeem(UUID(code), str(request.POST.get(CODE.name, "")).strip(), _ACT)
    if found is None or person != who.person.hex or found[0] != who.person:
        return _ask_code(request, token, CODE.but("", _WRONG))
    whole = copy(who.person, opened=opened(who.person))
    told = {
        "copy": whole,
        "awaited": late(who) if whole.late else None,
        "proven": seal(f"{_ACT} file", who.person.hex),
        "minutes": MINUTES,
        "mailbox": policy().front.mailbox,
    }
    return render(request, "accuracy/copy/copy.html", told)


def _file(request: HttpRequest, who: Signed) -> HttpResponse:
    (person,) = _opened(f"{_ACT} file", str(request.POST["proven"]))
    kind, _, item = str(request.POST.get("as", "")).partition(" ")
    now = opened(who.person)
    if person == who.person.hex and kind == _RECEIPT and _ID.fullmatch(item):
        return receipt_in_case(who.person, UUID(item), _WORDS, frozenset() if now else highest_ever(history().policies))
    if person != who.person.hex or kind not in _FILES:
        raise Failure(HTTPStatus.BAD_REQUEST, "There is no such file.", "Ask for your copy again.")
    whole = copy(who.person, opened=now)
    words = as_json(whole, files_of(who.person) if now else ()) if kind == "json" else as_csv(whole)
    response = HttpResponse(words, content_type=_FILES[kind])
    response["Content-Disposition"] = f'attachment; filename="what-we-hold.{kind}"'
    return response


def _opened(act: str, token: str) -> tuple[str, ...]:
    """Open what a page carried; raise a Failure (400) when it is too old or not ours."""
    try:
        return unseal(act, token, timedelta(minutes=MINUTES))
    except (TokenError, ValueError) as error:
        raise Failure(HTTPStatus.BAD_REQUEST, "Too much time has passed.", "Ask for your copy again.") from error


def _from(who: Signed) -> datetime | None:
    """Give from when on the copy can be had, where an address was changed; None if it can be had now."""
    moved = moved_at(who.person)
    return moved + COOLING if moved and moved + COOLING > datetime.now(UTC) else None


def _cooled(who: Signed) -> None:
    begins = _from(who)
    if begins:
        raise Failure(
            HTTPStatus.FORBIDDEN,
            _("Your address changed a short while ago. The copy can be had from {day} on.").format(day=spelt(begins)),
            _(
                "That keeps it from whoever might have taken your address over. Write to {mailbox} if it cannot wait."
            ).format(mailbox=policy().front.mailbox),
        )


def _ask_code(request: HttpRequest, token: str, field: Field) -> HttpResponse:
    wrong = [field] if field.wrong else []
    told = {"field": field, "token": token, "wrong": wrong, "words": _("A second code is on its way to your address.")}
    return render(request, "accuracy/code.html", told, status=422 if wrong else 200)
