"""Open the desk's pages to staff alone: both factors, a short session, a role that is theirs now."""

import time
from collections.abc import Callable, Mapping
from functools import wraps
from http import HTTPStatus
from typing import Any, Final

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from avow.gate.seen.reader import Reader, purposes_of
from avow.page.own import own
from avow.page.site import policy
from avow.page.staff.adapters import SINCE
from avow.page.staff.models import Staff
from avow.policy.document import Purpose
from avow.policy.proof.keeps import keeps
from avow.record.agreed.agreement import standing
from avow.record.agreed.seat import seat_of
from avow.record.outside.late import late
from avow.terms import Promise, Role

LONGEST: Final = 8 * 3600
"""Seconds that a session of staff lasts at most."""
SIGN_IN: Final = "/desk/signin/"
_SECOND: Final = frozenset({"mfa", "socialaccount"})
"""What counts as a second factor: a code of ours, or an identity provider, which asks for its own."""

View = Callable[..., HttpResponse]


@keeps(Promise.CONFIDENTIAL, Promise.PROCESSORS_BOUND)
def desk(*roles: Role) -> Callable[[View], View]:
    """Let in who signed in with both factors and has one of these roles, as they are now.

    Where none is named, the company's own people are let in, whatever their roles; who works for a processor is not.
    """

    def wrap(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, **named: Any) -> HttpResponse:
            if request.method == "POST":
                own(request)
            who = _signed(request)
            if who is None:
                if request.user.is_authenticated:
                    logout(request)
                return HttpResponseRedirect(SIGN_IN)
            if not _seated(who, roles):
                told = {"needed": [role.words for role in roles]}
                return show(request, who, "staff/denied.html", told, status=HTTPStatus.FORBIDDEN)
            return view(request, who, **named)

        return require_http_methods(["GET", "HEAD", "POST"])(guarded)

    return wrap


def _seated(who: Staff, roles: tuple[Role, ...]) -> bool:
    return bool(set(roles) & set(who.roles)) if roles else Role.PROCESSOR not in who.roles


def readers(who: Staff) -> dict[str, Reader]:
    """Give the purposes that somebody's roles read for, in the policy's order, each with the role that does.

    Who works for a processor reads for those of its agreement, while that is in force.
    """
    found: dict[str, Reader] = {}
    seat = seat_of(who.id) if Role.PROCESSOR in who.roles else None
    agreed = standing(seat.agreement) if seat else None
    if agreed is not None:
        found = dict.fromkeys(agreed.terms.purposes, Reader(who.id, Role.PROCESSOR, agreed.terms.id))
    for role in who.roles:
        for purpose in purposes_of(policy(), role):
            found.setdefault(purpose.id, Reader(who.id, role))
    return {name: found[name] for name in policy().purposes if name in found}


def picked(request: HttpRequest, who: Staff) -> tuple[Reader, Purpose] | None:
    """Give the purpose that a page is asked for (`for`), or the first there is, with its reader; None if none is."""
    offered = readers(who)
    name = str(request.POST.get("for") or request.GET.get("for") or next(iter(offered), ""))
    return (offered[name], policy().purposes[name]) if name in offered else None


def show(
    request: HttpRequest, who: Staff, template: str, told: Mapping[str, Any], status: int = HTTPStatus.OK
) -> HttpResponse:
    """Render a page of the desk, whose frame names who is signed in.

    A privacy officer is told on each of which organization did not acknowledge in time what it was told.
    """
    seats = {
        "officer": Role.PRIVACY_OFFICER in who.roles,
        "marketing": Role.MARKETING in who.roles,
        "moderation": Role.MODERATION in who.roles,
        "support": Role.SUPPORT in who.roles,
        "orders": Role.ORDERS in who.roles,
        "hiring": Role.HIRING in who.roles,
        "insight": Role.INSIGHT in who.roles,
        "bound": Role.PROCESSOR in who.roles,
    }
    waits = late() if seats["officer"] else None
    return render(request, template, {**told, "who": who, **seats, "late": waits}, status=status)


def _signed(request: HttpRequest) -> Staff | None:
    """Give who signed in, if with both factors, not too long ago, and staff still."""
    who = request.user
    if not isinstance(who, Staff):
        return None
    began = request.session.get(SINCE)
    records = request.session.get("account_authentication_methods") or []
    fresh = isinstance(began, float) and 0 <= time.time() - began < LONGEST
    return who if fresh and any(record.get("method") in _SECOND for record in records) else None
