"""Let who signed in choose the name that anybody will read, and change it, in all that they posted at once."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_http_methods

from avow.collection.forum.shown.form import ask, here, lay_out, sign_in, take_in, taken
from avow.collection.forum.shown.lines import name_shown
from avow.collection.forum.shown.masked import masked
from avow.collection.seen.sealed import Seen
from avow.errors import RecordError
from avow.page.failure import Failure
from avow.page.signed.session import Signed, signed
from avow.policy.proof.keeps import keeps
from avow.record.forum.posts import name as named
from avow.record.forum.posts import name_of
from avow.record.journal.journal import journalled
from avow.record.key import new_key
from avow.record.taken.store import amend
from avow.record.taken.whole import whole
from avow.terms import Promise


@keeps(Promise.FORUM)
@require_http_methods(["GET", "HEAD", "POST"])
def name(request: HttpRequest) -> HttpResponse:
    """Say what anybody will read of who posts, and take the name that they choose; their address is never it."""
    who = signed(request)
    if who is None:
        return sign_in()
    has = name_of(who.person)
    now = name_shown([(who.person, has)]) if has else ""
    form = lay_out([here().name])
    if request.method != "POST":
        return ask(request, "name", form, now=now)
    form, seen = taken(form, request)
    chosen = form.value(here().name)
    if masked(chosen) != chosen:
        form, seen = form.but(here().name, "Not an address: anybody could read it."), None
    if seen is None:
        return ask(request, "name", form, now=now)
    _keep(who, seen, chosen)
    return HttpResponseRedirect("/forum/?done=name")


def _keep(who: Signed, seen: Seen, chosen: str) -> None:
    """Keep a name, with the address that notices go to; or put it in the place of the one before, which is gone."""
    has, (category, field) = name_of(who.person), here().name
    try:
        if has:
            amend(who.person, has, {field: chosen})
    except RecordError as error:
        raise Failure(HTTPStatus.CONFLICT, "Your name was changed meanwhile.", "Look again.") from error
    if has:
        journalled()
        return
    key = new_key()
    with whole():
        take_in(who, seen, {(category, field): chosen}, key, address=True)
        named(who.person, key, category, who.exact)
