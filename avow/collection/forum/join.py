"""Let people join a community, once they were shown its charter and the notice of its messages, and leave it."""

from datetime import timedelta
from http import HTTPStatus
from typing import Final

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from avow.collection.forum.boards import board_of, member
from avow.collection.forum.shown.form import ask, lay_out, sign_in, take_in, taken
from avow.mail.stop import stop
from avow.page.failure import Failure
from avow.page.signed.session import signed
from avow.policy.proof.keeps import keeps
from avow.record.forum.boards import Board
from avow.record.key import new_key
from avow.record.limits import allow
from avow.record.said.choices import Chosen, choose
from avow.record.taken.whole import whole
from avow.terms import Actor, Answer, Promise

MOST_A_DAY: Final = 20
"""How often one person joins communities."""
_DAY: Final = timedelta(days=1)


@keeps(Promise.EXEMPTIONS_NOTICED, Promise.EXEMPTIONS_LIMITED)
@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest, name: str) -> HttpResponse:
    """Show what a community writes to its members and why no refusal of marketing stops it; a POST joins it."""
    board, who = _community(name), signed(request)
    if who is None:
        return sign_in()
    words = _("The community {title} writes to its members about this:").format(title=board.title)
    form = lay_out([], f"{words}\n{board.charter}")
    if request.method != "POST":
        return ask(request, "join", form, board=board, member=member(board, who))
    form, seen = taken(form, request)
    if seen is None:
        return ask(request, "join", form, board=board, member=member(board, who))
    with whole():
        if not allow(f"join:{who.person}", MOST_A_DAY, _DAY):
            raise Failure(HTTPStatus.TOO_MANY_REQUESTS)
        take_in(who, seen, {}, new_key(), address=True)
        said = Chosen(Answer.YES, list=board.list)
        choose(said, Actor.PERSON_VERIFIED, "joined on the community's page", who.person, who.reach)
    return HttpResponseRedirect(f"/forum/{board.id}/?done=joined")


@keeps(Promise.EXEMPTIONS_LIMITED)
@require_POST
def leave(request: HttpRequest, name: str) -> HttpResponse:
    """Leave a community: when this answers, no message of it is under way any more."""
    board, who = _community(name), signed(request)
    if who is None:
        return sign_in()
    said = Chosen(Answer.NO, list=board.list)
    taken_ = stop([said], "left on the community's page", who.person, who.reach, Actor.PERSON_VERIFIED)
    if taken_.number is None:
        return render(request, "collection/received.html", status=HTTPStatus.ACCEPTED)
    return HttpResponseRedirect(f"/forum/{board.id}/?done=left")


def _community(name: str) -> Board:
    board = board_of(name)
    if not board.list:
        raise Failure(HTTPStatus.NOT_FOUND, "This board has no members: anybody may read it and post to it.")
    return board
