"""Take reports of posts: from anybody, for a reason of a closed list; who signed in can say more, and is answered."""

from datetime import timedelta
from http import HTTPStatus
from typing import Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from avow.collection.forum.shown.form import Form, ask, here, lay_out, take_in, taken
from avow.collection.forum.shown.lines import Line, lines
from avow.collection.seen.form import POT
from avow.collection.seen.sealed import Seen
from avow.page.failure import Failure
from avow.page.limit import limit
from avow.page.own import own
from avow.page.signed.session import Signed, signed
from avow.record.forum.posts import SHOWN, posts_named
from avow.record.forum.reports import Reason, Reporter, add_report
from avow.record.key import new_key
from avow.record.limits import allow
from avow.record.taken.whole import whole

MOST_AN_HOUR: Final = 20
"""Reports from one network, and of one person."""
_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)


@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest, key: UUID) -> HttpResponse:
    """Ask what is wrong with a post; a POST hands it to the moderators, who tell nobody who reported it."""
    line, who = _shown(key), signed(request)
    form = lay_out([here().report] if who else [])
    if request.method != "POST":
        return ask(request, "report", form, line=line, who=who, reasons=list(Reason))
    own(request)
    limit(request, "forum report", MOST_AN_HOUR, _HOUR)
    reason = next((one for one in Reason if one.value == request.POST.get("reason")), None)
    seen = None
    if who:
        form, seen = taken(form, request)
    elif request.POST.get(POT):
        raise Failure(HTTPStatus.BAD_REQUEST)
    if reason is None or (who and seen is None):
        wrong = {"unpicked": reason is None, "picked": reason}
        return ask(request, "report", form, line=line, who=who, reasons=list(Reason), **wrong)
    _keep(line, reason, form, who, seen)
    return render(request, "collection/forum/reported.html", {"line": line, "who": who})


def _keep(line: Line, reason: Reason, form: Form, who: Signed | None, seen: Seen | None) -> None:
    if who is None or seen is None:
        add_report(line.id, reason)
        return
    asked, key = here().report, new_key()
    with whole():
        if not allow(f"report:{seen.showing}", 1, _DAY):
            return
        if not allow(f"reports:{who.person}", MOST_AN_HOUR, _HOUR):
            raise Failure(HTTPStatus.TOO_MANY_REQUESTS)
        take_in(who, seen, {asked: form.value(asked)}, key, address=True)
        add_report(line.id, reason, Reporter(who.person, who.exact, key, asked[0]))


def _shown(key: UUID) -> Line:
    post = posts_named([key]).get(key)
    if post is None or post.state != SHOWN:
        raise Failure(HTTPStatus.NOT_FOUND, "This post is not shown.", "There is nothing to report.")
    return lines([post])[0]
