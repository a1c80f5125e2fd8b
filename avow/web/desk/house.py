"""Show the state of the house, without a word about any person: policy, ledger, health, and who reads how much."""

from datetime import UTC, datetime, timedelta
from typing import Final

from django.http import HttpRequest, HttpResponse

from avow.config import config
from avow.ledger.read import checkpoint, counts, tail, waiting
from avow.page.health.checks import CHECKS, failure
from avow.page.site import history
from avow.page.site import policy as in_force
from avow.page.staff.desk import desk, show
from avow.page.staff.models import Staff
from avow.policy.proof.check import check
from avow.policy.proof.evidence import NOT_YET
from avow.policy.proof.notyet import NotYet
from avow.record.agreed.seat import organizations
from avow.record.programs.token import names as programs
from avow.record.seen.reading import reads_by_day
from avow.terms import Role

_LINES: Final = 50
_SHOWN: Final = timedelta(days=30)


@desk()
def policy(request: HttpRequest, who: Staff) -> HttpResponse:
    """Show the versions of the policy, each with what changed, and what the one in force does not keep yet."""
    report = check(in_force(), open_promises=NotYet(NOT_YET, len(NOT_YET)))
    told = {"policy": in_force(), "versions": list(reversed(history().policies)), "report": report}
    return show(request, who, "web/desk/policy.html", told)


@desk()
def ledger(request: HttpRequest, who: Staff) -> HttpResponse:
    """Show the newest entries of the ledger, how many there are, and its checkpoint."""
    told = {"lines": tail(_LINES)[::-1], "counts": counts(), "waiting": waiting(), "checkpoint": checkpoint() or ""}
    return show(request, who, "web/desk/ledger.html", told)


@desk()
def health(request: HttpRequest, who: Staff) -> HttpResponse:
    """Make the checks of `avow doctor` but the first, which a page that can be shown has passed."""
    found = [(one, *failure(one)) for one in CHECKS[1:]]
    return show(request, who, "web/desk/health.html", {"checks": found})


@desk(Role.PRIVACY_OFFICER)
def reads(request: HttpRequest, who: Staff) -> HttpResponse:
    """Show how often each member of staff read people on each of the last thirty days, and where that is a lot."""
    names = {one.id: one for one in Staff.objects.all()}
    most = config().reads_alarm
    found = reads_by_day(datetime.now(UTC) - _SHOWN)
    readers = {one.staff for one in found}
    firms = organizations(readers) | {id_: f"ours, {name}" for id_, name in programs(readers).items()}
    days = [(one, names.get(one.staff), firms.get(one.staff, ""), one.times >= most) for one in found]
    return show(request, who, "web/desk/reads.html", {"days": days, "most": most})
