"""Show who signed in what others said of them, with source, licence and date, and take it away with a no to more."""

from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from avow.accuracy.held import own_purposes
from avow.accuracy.session import Signed, refusing, signed
from avow.decision.request import Request
from avow.gate.seen.held import Held, held
from avow.mail.stop import stop
from avow.page.site import policy
from avow.page.visitor.spoken import told
from avow.policy.proof.keeps import keeps
from avow.policy.shown.labelled import labelled
from avow.record.enriched.away import take_away
from avow.record.journal.journal import journalled
from avow.record.said.chosen import Chosen
from avow.record.seen.cases import answering
from avow.terms import Actor, Answer, Promise, Scope

_ASKED: Final = "asked what others said of them, signed in"
_SAID: Final = "had what others said taken away, signed in by a mailed code"
_NO_MORE: Final = Chosen(Answer.NO, scope=Scope.ENRICHMENT)


@dataclass(frozen=True, slots=True)
class Others:
    """One fact from others: what it says, by label, and the item with its source."""

    fields: tuple[tuple[str, str], ...]
    item: Held


@keeps(Promise.ENRICHMENT)
@require_http_methods(["GET", "HEAD", "POST"])
def others(request: HttpRequest) -> HttpResponse:
    """Show each fact from others; a POST takes all of them away, and lets none be added from then on."""
    if request.method == "POST":
        return _away(request)
    who = signed(request)
    if who is None:
        return HttpResponseRedirect("/signin/")
    shown = {
        "found": tuple(facts_of(who.person)),
        "done": request.GET.get("done", ""),
        "mailbox": policy().front.mailbox,
    }
    return render(request, "accuracy/others/others.html", shown)


def facts_of(person: UUID) -> Iterator[Others]:
    """Give each fact from others about a person, the latest first, released for the answer to their own case."""
    with answering(person, _ASKED):
        found: dict[UUID, Held] = {}
        for purpose in own_purposes():
            found |= {one.id: one for one in held(Request(purpose.id, purpose.categories), person) or () if one.origin}
    for item in sorted(found.values(), key=lambda one: (one.at, one.id), reverse=True):
        category = told().categories.get(item.category)
        yield Others(labelled(category, item.fields), item)


def _away(request: HttpRequest) -> HttpResponse:
    """Take a no to more first, so that nothing comes between; then let go what is there."""
    found = refusing(request)
    if found is None:
        return HttpResponseRedirect("/signin/")
    who, actor = found
    if stop([_NO_MORE], _SAID, who.person, who.reach, actor).number is None or actor is not Actor.PERSON_VERIFIED:
        return render(request, "accuracy/others/received.html", status=HTTPStatus.ACCEPTED)
    _taken(who)
    return HttpResponseRedirect("/me/others/?done=yes")


def _taken(who: Signed) -> None:
    take_away(who.person)
    journalled()
