"""Publish each version as an entry of an Atom feed (RFC 4287): what it changes, and from when."""

from collections.abc import Iterator
from datetime import datetime
from xml.etree.ElementTree import Element, SubElement, tostring

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from avow.page.site import address, policy
from avow.page.visitor.spoken import both, spelt
from avow.policy.compare import compare
from avow.policy.document import Policy
from avow.policy.history import History
from avow.policy.proof.keeps import keeps
from avow.record.shown.versions import history, published_at
from avow.terms import Promise
from avow.updates.plan import compared
from avow.updates.report import told

_ATOM = "http://www.w3.org/2005/Atom"


@keeps(Promise.VERSIONS_KEPT, Promise.CHANGE_POSTED)
@require_safe
def feed(_request: HttpRequest) -> HttpResponse:
    """Give the feed, the newest version first."""
    known, at = history(), published_at()
    whole = Element("feed", xmlns=_ATOM)
    _lines(whole, f"{policy().front.company}: {_('privacy policy')}", f"{address()}/policy/", max(at.values()))
    SubElement(whole, "link", rel="self", href=f"{address()}/policy/feed.atom")
    SubElement(SubElement(whole, "author"), "name").text = policy().front.company
    for one in reversed(known.policies):
        entry = SubElement(whole, "entry")
        front = one.front
        title = _("Version {version}, in force from {day}").format(version=front.version, day=spelt(front.effective))
        where = f"{address()}/policy/{front.version}/{'changes/' if front.follows else ''}"
        _lines(entry, title, where, at[front.version])
        SubElement(entry, "content", type="text").text = "\n".join(_said(known, one))
    text = b'<?xml version="1.0" encoding="utf-8"?>\n' + tostring(whole)
    response = HttpResponse(text, content_type="application/atom+xml; charset=utf-8")
    response["Cache-Control"] = "no-cache"
    return response


def _lines(parent: Element, title: str, where: str, at: datetime) -> None:
    SubElement(parent, "title").text = title
    SubElement(parent, "id").text = where
    SubElement(parent, "updated").text = at.isoformat(timespec="seconds")
    SubElement(parent, "link", href=where)


def _said(known: History, new: Policy) -> Iterator[str]:
    """Say in plain words what a version changes."""
    if not new.front.follows:
        yield _("The first version.")
        return
    old = known.version(new.front.follows)
    uses = compared(known, old, new)
    old, new = both(old, new)
    words = compare(old, new)
    for one in told(new, uses.gained):
        says = _("New: {purpose}, {states}. Seen by {recipient}.")
        yield says.format(purpose=one.purpose, states=one.states, recipient=one.recipient)
    for one in told(old, uses.lost):
        yield _("No more: {purpose}, {states}.").format(purpose=one.purpose, states=one.states)
    yield from (_("It says now: {words}").format(words=one.after) for one in words.reworded)
    yield from (_("It says too: {words}").format(words=one.text) for one in words.added)
    yield from (_("It no longer says: {words}").format(words=one.text) for one in words.removed)
