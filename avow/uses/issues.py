"""Show what we write, to everybody: which lists there are, how one comes to be on them, and their past issues."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from avow.errors import MailError
from avow.mail.course.draft import Mailing, mailing, newest_issues
from avow.mail.course.draft import issues as sent
from avow.mail.course.sample import issue as words_of
from avow.mail.course.sample import issued_subject
from avow.mail.mailing import Listed
from avow.mail.mailing import lists as known
from avow.page.failure import Failure
from avow.page.visitor.spoken import title, told
from avow.policy.document import Purpose
from avow.record.forum.boards import COMMUNITY
from avow.record.products.register import SECURITY, SERIES
from avow.terms import ChannelKind, Default
from avow.tongue import marked

_NO_ISSUE: Final = marked("There is no such issue.")
_WHERE: Final = marked("See which there are, at /lists/.")
_FEW: Final = 3
"""Issues of a list that stand beside it."""
_RESERVED: Final = frozenset({SECURITY, SERIES})


@dataclass(frozen=True, slots=True)
class Open:
    """A list as everybody sees it: what the policy says of it, where one joins or leaves ("" if not here); its issues.

    One that is `reserved` goes to those who own what it is about, or downloaded it, and to nobody else.
    """

    to: Listed
    states: str
    says: str
    joined_at: str
    left_at: str
    issues: list[tuple[Mailing, str]]
    reserved: bool = False


@require_safe
def lists(request: HttpRequest) -> HttpResponse:
    """Show every list that the policy in force states, with its newest issues."""
    newest = newest_issues(_FEW)
    found = [_open(to, purpose, newest.get(to.id, [])) for to, purpose in _stated()]
    return render(request, "uses/lists.html", {"lists": found})


@require_safe
def issues(request: HttpRequest, name: str) -> HttpResponse:
    """Show one list with all its past issues."""
    for to, purpose in _stated():
        if to.id == name:
            return render(request, "uses/issues.html", {"one": _open(to, purpose, sent(to.id))})
    raise Failure(HTTPStatus.NOT_FOUND, "There is no such list.", _WHERE)


@require_safe
def issue(request: HttpRequest, key: UUID) -> HttpResponse:
    """Show a past issue, with no field of anybody: where the message had one, its stand-in stands."""
    try:
        one = mailing(key)
        shown = {"one": one, "subject": issued_subject(one.words), "words": words_of(one.words)}
    except MailError as error:
        raise Failure(HTTPStatus.NOT_FOUND, _NO_ISSUE, _WHERE) from error
    if not one.shown or one.state != "done" or one.list.startswith(f"{COMMUNITY}."):
        raise Failure(HTTPStatus.NOT_FOUND, _NO_ISSUE, _WHERE)
    shown["list"] = next((_titled(to) for to in known() if to.id == one.list), None)
    return render(request, "uses/issue.html", shown)


def _stated() -> list[tuple[Listed, Purpose]]:
    purposes = told().purposes
    return [(one, purposes[one.purpose]) for one in map(_titled, known()) if one.purpose in purposes]


def _titled(to: Listed) -> Listed:
    return replace(to, title=title(to.id, to.purpose, to.title))


def _open(to: Listed, purpose: Purpose, found: Sequence[Mailing]) -> Open:
    registration = told().channels.get(ChannelKind.REGISTRATION)
    says = " ".join(told().clauses[purpose.clause].text.split())
    joinable = purpose.default is Default.ON_YES and registration is not None and purpose.id in registration.states
    kind, _, board = to.id.partition(".")
    if kind == COMMUNITY:  # its messages are its members' alone, so no issue is shown
        return Open(to, purpose.states, says, f"/forum/{board}/join/", f"/forum/{board}/", [])
    past = [(one, issued_subject(one.words)) for one in found]
    if kind in _RESERVED:  # whoever has such a message stops it by the link in it; nobody else is on it
        return Open(to, purpose.states, says, "", "", past, reserved=True)
    joined_at = f"/lists/{to.id}/join/" if joinable else ""
    return Open(to, purpose.states, says, joined_at, f"/choices/?stop=list.{to.id}", past)
