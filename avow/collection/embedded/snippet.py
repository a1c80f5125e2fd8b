"""Give a form as a piece of HTML to be put into another page of the sites that the policy covers."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views.decorators.http import require_safe

from avow.collection.seen.form import lay_out
from avow.collection.seen.sealed import sealed
from avow.page.failure import Failure
from avow.page.site import address
from avow.page.visitor.spoken import told
from avow.policy.proof.keeps import keeps
from avow.policy.shown.notice import notice
from avow.terms import ChannelKind, Promise


@keeps(Promise.REGISTRATION, Promise.SITES)
@require_safe
def snippet(request: HttpRequest, kind: ChannelKind) -> HttpResponse:
    """Show the HTML of a channel's form as it is declared, with the words that are sealed into it.

    It needs no script and no cookie. What is sent from it is stamped with the words that it shows; a browser that says
    that it stands on a site which the policy does not cover is refused.
    """
    now = told()
    if kind not in now.channels:
        raise Failure(HTTPStatus.NOT_FOUND, "The policy names no such form.")
    form = lay_out(now, kind)
    shown = {
        "form": form,
        "seal": sealed(now, kind, lasting=True),
        "notice": notice(now, kind).splitlines(),
        "version": now.front.version,
        "company": now.front.company,
        "to": f"{address()}{request.path.removesuffix('snippet/')}",
        "policy": f"{address()}/policy/{now.front.version}/",
    }
    words = render_to_string("collection/snippet.html", shown)
    return render(request, "collection/embed.html", {"form": form, "words": words, "sites": now.front.sites})
