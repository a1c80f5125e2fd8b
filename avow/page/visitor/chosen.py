"""Know what a visitor chose about the cookies that one can do without, and keep it in one of our own."""

import hashlib
from datetime import UTC, datetime

from django.http import HttpRequest, HttpResponse

from avow.page.site import policy
from avow.page.visitor.signal import signals
from avow.policy.document import Cookie, Policy, Processor
from avow.policy.proof.keeps import keeps
from avow.policy.proof.processors import CHOICE
from avow.terms import Answer, Promise


def optional(found: Policy) -> tuple[Cookie, ...]:
    """Give the cookies that one can do without, save those of a processor whose agreement is not in force."""
    kept = {"", *(one.id for one in bound(found))}
    return tuple(one for one in found.cookies.values() if not one.necessary and one.processor in kept)


def bound(found: Policy) -> tuple[Processor, ...]:
    """Give the processors whose agreement is in force now."""
    now = datetime.now(UTC)
    return tuple(one for one in found.processors.values() if one.bound(now))


def said(request: HttpRequest) -> Answer | None:
    """Give what the visitor chose about what the policy in force declares; None if nothing, or about something else."""
    given = request.COOKIES.get(CHOICE, "")
    if given == Answer.NO.value:
        return Answer.NO
    return Answer.YES if given and given == _yes(policy()) else None


@keeps(Promise.COOKIES_CHOICE)
def allowed(request: HttpRequest) -> bool:
    """Say whether a visitor wants the cookies that one can do without: they said so, and their browser says no no."""
    return not signals(request.META) and said(request) is Answer.YES


def remember(request: HttpRequest, response: HttpResponse, answer: Answer) -> None:
    """Keep a choice in the browser; the value is the same for everybody who chose the same. A no takes ours back."""
    found = policy()
    lifetime = found.cookies[CHOICE].lifetime if CHOICE in found.cookies else 0
    value = _yes(found) if answer is Answer.YES else answer.value
    secure = request.is_secure()
    response.set_cookie(CHOICE, value, max_age=lifetime or None, httponly=True, secure=secure, samesite="Lax")
    for cookie in found.cookies.values() if answer is Answer.NO else ():
        if not cookie.necessary and not cookie.processor and cookie.name in request.COOKIES:
            response.delete_cookie(cookie.name)


def _yes(found: Policy) -> str:
    """Give the value of a yes: it names what was asked about, so that nothing that is declared later is in it."""
    asked = sorted(f"{one.name} {one.processor} {one.title}" for one in found.cookies.values() if not one.necessary)
    asked += sorted(f"{one.id} {one.scripts} {one.images} {one.sends}" for one in found.processors.values())
    return f"{Answer.YES.value}.{hashlib.sha256(repr(asked).encode()).hexdigest()[:8]}"
