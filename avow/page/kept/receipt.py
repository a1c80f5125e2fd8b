"""Show a receipt: a page to print, a file to keep; while its entry waits the page says so and asks again."""

from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from avow.errors import LedgerError
from avow.ledger.keys import ring
from avow.ledger.merkle.checkpoint import Checkpoint
from avow.ledger.merkle.note import Verifier
from avow.ledger.merkle.proof import Proof
from avow.page.failure import Failure
from avow.page.visitor.spoken import said, spelt, told
from avow.record.changed.different import different
from avow.record.outside.organization import organizations
from avow.record.own.opened import Made
from avow.record.seen.past import Said
from avow.record.shown.versions import history
from avow.terms import Actor, Answer, Scope
from avow.tongue import marked

FILE = "receipt.tlog-proof"
"""The last part of the address of a receipt's file."""
SOON = 2
"""Seconds after which a page that waits asks again."""
_SCOPES = {
    Scope.OPTIONAL: marked("everything that is optional"),
    Scope.MARKETING: marked("all marketing mail"),
    Scope.DISCLOSURE: marked("giving data to others"),
    Scope.ENRICHMENT: marked("adding data from others"),
    Scope.INSIGHT: marked("counting in surveys of kinds of customers"),
    Scope.COURTESY: marked("mail about changes of this site"),
}
_ACTORS = {
    Actor.PERSON_VERIFIED: marked("you, signed in or by a link that was mailed to you"),
    Actor.PERSON_UNVERIFIED: marked("whoever had your link or typed your address"),
    Actor.AGENT: marked("somebody on your behalf"),
    Actor.STAFF: marked("our staff"),
    Actor.IMPORT: marked("a list that we took over"),
    Actor.SYSTEM: marked("our system, from what you chose before"),
    Actor.THIRD_PARTY: marked("somebody who passed it on"),
}

Lines = Sequence[tuple[str, str]]
"""What a receipt is about in words: a name and what stands there, line by line."""


def show(request: HttpRequest, title: str, lines: Lines, proof: Proof | None, back: str = "") -> HttpResponse:
    """Show a receipt to print and keep; None is one that waits."""
    told = {"title": title, "lines": lines, "back": back, "file": FILE, "text": proof.text if proof else ""}
    if proof is None:
        response = render(request, "page/receipt.html", told, status=HTTPStatus.ACCEPTED)
        response["Refresh"] = str(SOON)
        return response
    signed = ring().opened(proof.checkpoint)
    return render(
        request, "page/receipt.html", {**told, "index": proof.index, "key": _key(signed), "size": signed.size}
    )


def download(proof: Proof | None) -> HttpResponse:
    """Give a receipt as a file; raise a Failure (404) while it waits."""
    if proof is None:
        raise Failure(HTTPStatus.NOT_FOUND, "This receipt is not ready yet.", "Ask again in a few seconds.")
    response = HttpResponse(proof.text, content_type="text/plain; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="receipt-{proof.index}.tlog-proof"'
    return response


def agreed(open_row: Callable[[], Proof | None]) -> Proof | None:
    """Give the receipt that is opened; raise a Failure (409) where row or tree are not what the ledger holds."""
    try:
        return open_row()
    except LedgerError as error:
        raise Failure(HTTPStatus.CONFLICT) from error


def _key(signed: Checkpoint) -> str:
    return str(Verifier(signed.origin, ring().at(signed.size)))


def outside() -> dict[str, str]:
    """Give the titles of organizations outside by their lists, which is asked once for however many choices."""
    return {one.list: one.title for one in organizations()}


def about(made: Made | Said, titles: Mapping[str, str] | None = None) -> str:
    """Say in words what a choice is about; `titles` are those of `outside`, which are looked up if left out."""
    known = told().purposes
    use = different(made.purpose or "")
    if use is not None and use.known(history()):
        title = said(use.of(history())[0]).purposes[use.purpose].title
        return _("{title}, which version {version} of the policy asked about").format(title=title, version=use.version)
    if made.purpose:
        return known[made.purpose].title if made.purpose in known else made.purpose
    if made.list:
        to = (outside() if titles is None else titles).get(made.list, "")
        if to:
            return _("giving your data to {to}, for its own marketing").format(to=to)
        return _("the list {title}").format(title=known[made.list].title if made.list in known else made.list)
    if made.scope in _SCOPES:
        return _(_SCOPES[Scope(made.scope)])
    topic = next((name for name, bit in history().topics.items() if bit == made.scope), "")
    topics = told().topics
    return _("all about {title}").format(title=topics[topic].title if topic in topics else topic or made.scope)


def choice_lines(made: Made) -> Lines:
    """Say a choice in words."""
    words = _("No to {what}") if made.answer == Answer.NO else _("Yes to {what}")
    return (
        (_("You said"), words.format(what=about(made))),
        (_("When"), f"{spelt(made.at)}, {made.at:%H:%M:%S} UTC"),
        (_("How"), _(made.evidence)),
        (_("By"), _(_ACTORS[Actor(made.actor)])),
        (_("Number"), _("choice {number}").format(number=made.no)),
    )
