"""Show who signed in which of the company's people, and of those who work for it, read what they gave, and for what."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from avow.accuracy.held import title_of
from avow.accuracy.session import signed
from avow.config import config
from avow.page.staff.models import Staff
from avow.page.visitor.spoken import told
from avow.policy.proof.keeps import keeps
from avow.record.programs.token import names as programs
from avow.record.seen.reading import Read, reads_of
from avow.terms import Promise, Role
from avow.tongue import SOURCE


@dataclass(frozen=True, slots=True)
class Line:
    """A read in words: who, for what, which kinds of data."""

    read: Read
    who: str
    purpose: str
    categories: tuple[str, ...]


@keeps(Promise.CONFIDENTIAL, Promise.PROCESSORS_BOUND)
@require_safe
def reads(request: HttpRequest) -> HttpResponse:
    """Show the reads of who signed in; by role, and by name too where the company tells names.

    Who works for the company is always named, as the organization that it is; so are the company's programs.
    """
    who = signed(request)
    if who is None:
        return HttpResponseRedirect("/signin/")
    found = reads_of(who.person)
    names = {one.id: one.name for one in Staff.objects.filter(id__in={one.staff for one in found})} if _named() else {}
    names |= {
        id_: _("our program {name}").format(name=name) for id_, name in programs({one.staff for one in found}).items()
    }
    shown = {"lines": [_line(one, names.get(one.staff, "")) for one in found], "times": sum(one.times for one in found)}
    return render(request, "accuracy/reads.html", shown)


def _named() -> bool:
    return config().staff_named


def _lowered(role: str) -> str:
    """Write a role within a sentence: in small letters where the language writes nouns so."""
    return role.lower() if get_language() == SOURCE else role


def _line(one: Read, name: str) -> Line:
    role = next((_(role.words) for role in Role if role.value == one.role), one.role)
    purpose = told().purposes.get(one.purpose)
    titles = tuple(title_of(category) for category in one.categories)
    who = f"{name}, {_lowered(role)}" if name else role
    if one.organization:
        who = _("{name}, which works for us").format(name=one.organization)
    return Line(one, who, purpose.title if purpose else one.purpose, titles)
