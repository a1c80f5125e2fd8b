"""Show who signed in which entries stand at their address, each apart, and let them turn to another."""

from dataclasses import dataclass
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from avow.accuracy.others.signalled import signalled
from avow.accuracy.session import signed, turn
from avow.page.failure import Failure
from avow.page.visitor.spoken import told
from avow.policy.proof.keeps import keeps
from avow.record.known.session import end_sessions
from avow.record.own.entry import Entry, entries_at
from avow.terms import ChannelKind, Promise


@dataclass(frozen=True, slots=True)
class Line:
    """An entry in words: by which channel it began, and whether it is the one that is signed in."""

    entry: Entry
    began: str
    here: bool


@keeps(Promise.ACCESS)
@require_http_methods(["GET", "HEAD", "POST"])
def apart(request: HttpRequest) -> HttpResponse:
    """List what was proven at the address of who signed in, with nothing of what it holds; a POST turns to one of it.

    Several people may share an address: what one of them gave is never shown together with what another did.
    """
    who = signed(request)
    if who is None:
        return HttpResponseRedirect("/signin/")
    entries = entries_at(who.exact)
    if request.method != "POST":
        lines = [Line(one, _began(one), one.person == who.person) for one in entries]
        return render(request, "accuracy/apart/apart.html", {"lines": lines})
    found = next((one.person for one in entries if one.person.hex == request.POST.get("entry")), None)
    if found is None:
        raise Failure(HTTPStatus.NOT_FOUND, "There is nothing here.", "It may have been forgotten.")
    response = HttpResponseRedirect("/me/")
    if found != who.person:
        end_sessions(who.person)
        signalled(request, found, who.reach)
        turn(request, response, who, found)
    return response


def _began(one: Entry) -> str:
    channel = told().channels.get(ChannelKind(one.channel)) if one.channel else None
    return channel.title if channel else one.channel
