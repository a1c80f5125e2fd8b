"""Send on what was taken back: tell each organization whom to let go, by what its file calls them, until it answers."""

from http import HTTPStatus
from typing import Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from avow.errors import AvowError, RecordError, TokenError
from avow.mail.links import site
from avow.mail.outside.notice import notify
from avow.page.failure import Failure
from avow.policy.proof.keeps import keeps
from avow.record.outside.corrected import CORRECTED
from avow.record.outside.recall import Recall, acknowledge, mark_sent, recall, recalled, recalls, references
from avow.record.shown.versions import in_force
from avow.record.token import seal, unseal
from avow.terms import Promise

FILE: Final = "references.csv"
_ACT: Final = "recall"
_HOW: Final = "by the link of the notice"
_WORDS: Final = """\
{people} of those whose data we gave you do not agree to it any more.
Stop using what you have of them, let it go, and have whoever got it from you do so too.

Whom this is about, by the references of our files, and where to say that you did:

{link}

We ask again until you answer. This message names nobody."""
_CORRECTED: Final = """\
Of {people} whose data we gave you something was wrong, and is put right with us.
Stop using what you have of it, let it go, and have whoever got it from you do so too; ask us for it as it is now.

Whom this is about, by the reference of our files, and where to say that you did:

{link}

We ask again until you answer. This message names nobody."""


def turn() -> int:
    """Make the notices that are due, and send what was not sent yet; give how many there were of either."""
    return recall() + send_notices()


@keeps(Promise.NOT_GIVEN_OUT)
def send_notices() -> int:
    """Send each notice that did not go out yet, and give how many did; what the mail server does not take waits."""
    sent = 0
    for one in recalls(waiting=True):
        if one.sent is not None:
            continue
        words = _CORRECTED if one.why == CORRECTED else _WORDS
        try:
            told = words.format(people=_people(one.people), link=link(one.id))
            notify(one.id, one.mailbox, f"Data of {_people(one.people)} to let go", told)
        except (AvowError, OSError):
            continue
        mark_sent(one.id)
        sent += 1
    return sent


def link(key: UUID) -> str:
    """Give the link of a notice, which is good for ever and shows nobody's name."""
    return f"{site()}/given/{seal(_ACT, key.hex)}/"


@require_http_methods(["GET", "HEAD", "POST"])
def notice(request: HttpRequest, token: str) -> HttpResponse:
    """Show a notice to the organization that has its link; a POST says that it was followed."""
    found = _pointed(token)
    if request.method == "POST" and acknowledge(found.id, _HOW):
        found = recalled(found.id)
    return render(request, "disclosure/notice.html", {"one": found, "file": FILE, "company": in_force().front.company})


@require_http_methods(["GET", "HEAD"])
def named(_request: HttpRequest, token: str) -> HttpResponse:
    """Give the references that a notice is about, one a line, as the files had them."""
    lines = "\r\n".join(("reference", *map(str, references(_pointed(token).id)), ""))
    response = HttpResponse(lines, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{FILE}"'
    return response


def _pointed(token: str) -> Recall:
    try:
        (key,) = unseal(_ACT, token)
        return recalled(UUID(key))
    except (TokenError, ValueError, RecordError) as error:
        raise Failure(HTTPStatus.NOT_FOUND, "There is no such notice.", "Copy the whole link.") from error


def _people(count: int) -> str:
    return "1 person" if count == 1 else f"{count:,} people"
