"""Watch a mailing go, and read what became of it: by state, by domain, by reason, and who said no after it."""

from typing import Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse

from avow.mail.course.again import failed
from avow.mail.course.draft import Mailing
from avow.mail.course.outcome import BOUNCED, by_domain, by_reason, said_no
from avow.mail.mailing import Report, report
from avow.mail.queue.still import MailingState
from avow.optout.receipt import LINK, ONE_CLICK
from avow.page.shown.bars import bars
from avow.page.shown.framed import live
from avow.page.site import asset, policy
from avow.page.staff.desk import desk, show
from avow.page.staff.models import Staff
from avow.web.desk.mailings import ready
from avow.web.desk.mailings.shelf import WATCHERS, WRITERS, found, given, state_words, title_of

STATES: Final = {
    "sent": "taken by the mail server",
    BOUNCED: "taken, and came back later",
    "waiting": "waits for its turn",
    "sending": "in hand: on the wire, or not written down yet",
    "deferred": "to be tried again: the mail server asked for patience",
    "denied": "not sent: the policy says no",
    "refused": "refused by the mail server for good",
    "failed": "given up",
    "doubt": "written to its end and never answered: in doubt, and not sent again",
}
"""What each state means, in the order in which they are drawn."""
_WAYS: Final = {LINK: "by the link in a message", ONE_CLICK: "by one click in the mail program"}
_BEFORE: Final = {MailingState.DRAFT, MailingState.SCHEDULED}


@desk(*WATCHERS)
def one(request: HttpRequest, who: Staff, key: UUID) -> HttpResponse:
    """Show a mailing: what it lacks while it is a draft, what becomes of it afterwards."""
    mailing = found(key)
    if mailing.state in _BEFORE or mailing.begun is None:
        return ready.page(request, who, mailing)
    return page(request, who, mailing)


def page(request: HttpRequest, who: Staff, mailing: Mailing, trouble: str = "", status: int = 200) -> HttpResponse:
    """Show how far a mailing is, and what became of whom."""
    account = report(mailing.id)
    reasons = by_reason(mailing.id)
    counts = _counts(account, sum(count for name, _, count in reasons if name == BOUNCED))
    no = said_no(mailing.id, list(_WAYS))
    told = {
        "one": mailing,
        "list": title_of(mailing.list),
        "given": given(mailing.words),
        "state": state_words(mailing),
        "counts": [(name, STATES[name], counts[name]) for name in STATES if counts.get(name)],
        "whole": bars({"all": counts}, list(STATES)),
        "total": sum(counts.values()),
        "open": account.open + counts.get("deferred", 0),
        "moving": mailing.state in {MailingState.EXPANDING, MailingState.SENDING},
        "domains": bars(by_domain(mailing.id), list(STATES)),
        "reasons": [(name, why_words(name, why), count) for name, why, count in reasons],
        "no": [(_WAYS.get(way, "in another way"), count) for way, count in no.items()],
        "no_all": sum(no.values()),
        "states": STATES,
        "failed": failed(mailing.id),
        "writes": bool(set(WRITERS) & set(who.roles)),
        "trouble": trouble,
        "done": request.GET.get("done", ""),
        "script": asset("page/live.js"),
    }
    return live(show(request, who, "web/desk/mailings/watch.html", told, status=status))


def _counts(account: Report, back: int) -> dict[str, int]:
    """Give how many are in each state; what came back counts as that, and not as sent."""
    counts = dict(account.states)
    return {**counts, "sent": counts.get("sent", 0) - back, BOUNCED: back}


def why_words(state: str, why: str) -> list[str]:
    """Say why in words: the policy's sentences for clauses, or what the mail server said."""
    if state != "denied":
        return [why or "nothing was said"]
    clauses = policy().clauses
    if why and all(name in clauses for name in why.split()):
        return [" ".join(clauses[name].text.split()) for name in why.split()]
    return [why or "no sentence of the policy permits it"]
