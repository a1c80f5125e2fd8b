"""Show what a change does to whom before it happens, let the staff approve it, and show the answers as they come."""

from datetime import datetime
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.safestring import SafeString, mark_safe

from avow.config import config
from avow.errors import AvowError, PolicyError
from avow.page.failure import Failure
from avow.page.staff.desk import desk, show
from avow.page.staff.models import Staff
from avow.policy.folder import load
from avow.record.asked.answers import Answers, answers
from avow.record.asked.change import Change, changes
from avow.record.asked.change import changes as planned
from avow.record.attested.attest import Prepared, attest, waiting
from avow.record.changed.different import Different
from avow.record.shown.versions import history
from avow.terms import RecipientClass
from avow.updates.apply import apply
from avow.updates.drawn.curve import curve
from avow.updates.drawn.flow import ENDS, flow, rows


@desk()
def every(request: HttpRequest, who: Staff) -> HttpResponse:
    """List every plan that was brought, the newest first."""
    return show(request, who, "web/desk/changes.html", {"changes": [one for one in planned() if one.plan.get("ask")]})


@desk()
def change(request: HttpRequest, who: Staff, digest: str) -> HttpResponse:
    """Show a plan; a POST approves it as who is signed in, or applies what enough approved."""
    found = next(iter(changes(digest)), None)
    if found is None or found.hash != digest:
        raise Failure(HTTPStatus.NOT_FOUND, "There is no such plan.", "`avow policy apply` brings one.")
    if request.method == "POST":
        _act(request, who, found)
        return HttpResponseRedirect(f"/desk/change/{digest}/")
    prepared = _prepared(digest)
    said = answers(found.version) if found.applied else None
    told = {
        "change": found,
        "plan": found.plan,
        "effective": datetime.fromisoformat(found.plan["effective"]) if "effective" in found.plan else None,
        "picture": _drawn(flow(found.plan)),
        "ends": [words for _, words in ENDS],
        "rows": rows(found.plan),
        "prepared": prepared,
        "mine": prepared is not None and any(name == who.email for name, _, _ in prepared.staff),
        "answers": said,
        "curve": _drawn(curve(said.over_time, said.asked)) if said else "",
        "each": list(_each(found, said)) if said else [],
    }
    return show(request, who, "web/desk/change.html", told)


def _act(request: HttpRequest, who: Staff, found: Change) -> None:
    prepared = _prepared(found.hash)
    if prepared is None:
        raise Failure(HTTPStatus.CONFLICT, "This plan waits for nobody any more.", "Bring it again, or make a new one.")
    if request.POST.get("act") != "apply":
        attest(prepared.digest, who.email)
        return
    try:
        apply(load(config().policies), found.plan, prepared.prepared)
    except PolicyError as error:
        raise Failure(HTTPStatus.CONFLICT, f"Nothing was published: {error.args[0]}.", f"{error.hint}.") from error


def _prepared(digest: str) -> Prepared | None:
    return next((one for one in waiting() if one.words.get("plan") == digest), None)


def _each(found: Change, said: Answers) -> Any:
    """Give each use that was asked about, with how many said yes, no and nothing."""
    for one in found.plan.get("ask", ()):
        use = one["use"]
        try:
            mask = Different(use["purpose"], found.version, RecipientClass(use["recipient"])).mask(history())
        except AvowError:
            continue
        yield use, *said.of(mask)


def _drawn(picture: str) -> SafeString:
    return mark_safe(picture)  # noqa: S308 -- drawn by our own code, which escapes every word in it
