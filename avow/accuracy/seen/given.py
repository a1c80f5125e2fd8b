"""Show who signed in to whom outside their data went, when, what for, because of which words, what was taken back."""

from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from avow.accuracy.held import title_of
from avow.accuracy.session import signed
from avow.page.site import history, policy
from avow.page.visitor.spoken import said, spelt
from avow.policy.proof.keeps import keeps
from avow.record.outside.register import Given, given_of
from avow.record.own.awaited import awaited, opened
from avow.terms import Promise, RecipientClass


@dataclass(frozen=True, slots=True)
class Line:
    """What went outside, in words."""

    given: Given
    purpose: str
    categories: tuple[str, ...]
    because: str
    back: str


@keeps(Promise.NOT_GIVEN_OUT, Promise.LEGAL_PROCESS)
@require_safe
def given(request: HttpRequest) -> HttpResponse:
    """Show to whom data of who signed in went; what the law forbids to tell, from the day it may be told.

    It is among what is most private: until their copy shows it, only how often something went is told.
    """
    who = signed(request)
    if who is None:
        return HttpResponseRedirect("/signin/")
    lines, shown = lines_of(who.person), opened(who.person)
    told = {"lines": lines if shown else (), "late": 0 if shown else len(lines), "awaited": awaited(who.person)}
    return render(request, "accuracy/given.html", told)


def lines_of(person: UUID) -> list[Line]:
    """Give to whom a person's data went, in words, the latest first."""
    return [_line(one) for one in given_of(person)]


def _line(one: Given) -> Line:
    then = said(next((known for known in history().policies if known.front.version == one.version), policy()))
    purpose = then.purposes.get(one.purpose)
    because = " ".join(then.clauses[name].text for name in one.clause if name in then.clauses)
    titles = tuple(title_of(category) for category in one.categories)
    return Line(one, purpose.title if purpose else one.purpose, titles, because, _back(one))


def _back(one: Given) -> str:
    if one.recipient is RecipientClass.AUTHORITY:
        return _("the law ordered it")
    if one.recalled is None:
        return _("no")
    words = _("told to let it go on {day}; no answer yet")
    if one.acknowledged:
        words = _("told to let it go on {day}; acknowledged on {answered}")
    return words.format(day=spelt(one.recalled), answered=spelt(one.acknowledged) if one.acknowledged else "")
