"""Move a mailing from the desk: let it go, take it back, pause it, go on, cancel it, try it on oneself."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from http import HTTPStatus
from typing import Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_POST

from avow.errors import AvowError, MailError
from avow.mail.course.again import again
from avow.mail.course.draft import Mailing
from avow.mail.course.move import cancel, instant, pause, resume, schedule, unschedule
from avow.mail.course.tend import end
from avow.mail.course.trial import trial
from avow.page.failure import Failure, sentence
from avow.page.site import policy
from avow.page.staff.desk import desk
from avow.page.staff.models import Staff
from avow.record.limits import allow
from avow.web.desk.mailings import ready, watch
from avow.web.desk.mailings.shelf import WATCHERS, WRITERS, found, trouble
from avow.web.desk.mailings.write import edition

_HOUR: Final = timedelta(hours=1)
_MOST_TRIALS: Final = 30


@require_POST
@desk(*WRITERS)
def let_go(request: HttpRequest, who: Staff, key: UUID) -> HttpResponse:
    """Let a mailing go out now, or at a local time in a zone; what was looked at is what goes."""
    zone = str(request.POST.get("zone", "")).strip() or policy().front.timezone

    def act() -> None:
        at = f"{request.POST.get('day', '')} {request.POST.get('hour', '')}"
        schedule(key, edition(request), None if request.POST.get("when") == "now" else instant(at, zone), zone, who.id)

    return _done(request, who, key, "scheduled", act)


@require_POST
@desk(*WRITERS)
def take_back(request: HttpRequest, who: Staff, key: UUID) -> HttpResponse:
    """Make a draft again of what did not begin."""
    return _done(request, who, key, "drafted", partial(unschedule, key, who.id))


@require_POST
@desk(*WATCHERS)
def hold_back(request: HttpRequest, who: Staff, key: UUID) -> HttpResponse:
    """Pause a mailing; when the page comes back, nothing of it leaves."""
    return _done(request, who, key, "paused", partial(pause, key, who.id))


@require_POST
@desk(*WRITERS)
def go_on(request: HttpRequest, who: Staff, key: UUID) -> HttpResponse:
    """Go on with a mailing that was paused."""
    return _done(request, who, key, "resumed", partial(resume, key, who.id))


@require_POST
@desk(*WATCHERS)
def call_off(request: HttpRequest, who: Staff, key: UUID) -> HttpResponse:
    """Cancel a mailing for good; the box that says so must be ticked."""
    if request.POST.get("sure") != "yes":
        raise Failure(HTTPStatus.BAD_REQUEST, "Nothing was cancelled: the box was not ticked.", "Go back, and tick it.")
    return _done(request, who, key, "cancelled", partial(_cancelled, key, who.id))


@require_POST
@desk(*WRITERS)
def try_again(request: HttpRequest, who: Staff, key: UUID) -> HttpResponse:
    """Let a mailing go once more to whom the mail server turned away, and not their mailbox."""
    return _done(request, who, key, "again", partial(again, key, who.id))


@require_POST
@desk(*WRITERS)
def try_out(request: HttpRequest, who: Staff, key: UUID) -> HttpResponse:
    """Send the message to whoever is signed in, with nobody's data in it."""
    if not allow(f"trial:{who.id}", _MOST_TRIALS, _HOUR):
        raise Failure(HTTPStatus.TOO_MANY_REQUESTS)
    return _done(request, who, key, "tried", partial(trial, key, who.email))


def _cancelled(key: UUID, by: UUID) -> None:
    cancel(key, by)
    end()


def _done(request: HttpRequest, who: Staff, key: UUID, done: str, act: Callable[[], object]) -> HttpResponse:
    """Act, and show the mailing; where that cannot be, show it with the reason."""
    one = found(key)
    try:
        act()
    except MailError as error:
        return _shown(request, who, found(key), trouble(error))
    except AvowError as error:
        return _shown(request, who, one, sentence(str(error)))
    return HttpResponseRedirect(f"/desk/mailings/{key}/?done={done}")


def _shown(request: HttpRequest, who: Staff, one: Mailing, words: str) -> HttpResponse:
    page = ready.page if one.begun is None else watch.page
    return page(request, who, one, words, HTTPStatus.CONFLICT)
