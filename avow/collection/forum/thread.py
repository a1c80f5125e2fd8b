"""Show a thread, take a reply to it, begin one, and let people remove what they wrote."""

from http import HTTPStatus
from typing import Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_http_methods, require_POST

from avow.collection.forum.boards import board_of
from avow.collection.forum.say import say
from avow.collection.forum.shown.form import Form, ask, here, lay_out, sign_in, taken
from avow.collection.forum.shown.lines import lines
from avow.page.failure import Failure
from avow.page.signed.session import Signed, signed
from avow.policy.proof.keeps import keeps
from avow.record.forum.posts import Post, name_of, posts_named, posts_of, remove
from avow.record.journal.journal import journalled
from avow.record.known.forget import forget_item
from avow.record.taken.whole import whole
from avow.terms import Promise

_PAGE: Final = 50


@require_http_methods(["GET", "HEAD", "POST"])
def thread(request: HttpRequest, key: UUID) -> HttpResponse:
    """Show a page of a thread; a POST of who signed in and has a name puts a reply at its end."""
    form, who = lay_out([here().words]), signed(request)
    after = _number(request.GET.get("after", ""))
    if request.method != "POST":
        return _show(request, key, after, who, form)
    if who is None or name_of(who.person) is None:
        return _not_yet(who)
    board = _first(key).board
    form, seen = taken(form, request)
    if seen is None:
        return _show(request, key, after, who, form)
    return _to(say(who, seen, form, board, key), f"/forum/t/{key}/")


@require_http_methods(["GET", "HEAD", "POST"])
def begin(request: HttpRequest, name: str) -> HttpResponse:
    """Begin a thread on a board."""
    board, who = board_of(name), signed(request)
    if who is None or name_of(who.person) is None:
        return _not_yet(who)
    form = lay_out([here().subject, here().words])
    if request.method != "POST":
        return ask(request, "begin", form, board=board)
    form, seen = taken(form, request)
    if not form.value(here().subject):
        form, seen = form.but(here().subject, "Please fill this in."), None
    if seen is None:
        return ask(request, "begin", form, board=board)
    return _to(say(who, seen, form, board.id), f"/forum/{board.id}/")


@keeps(Promise.FORUM)
@require_POST
def remove_(request: HttpRequest, key: UUID) -> HttpResponse:
    """Remove a post of who signed in: its place is left, its words are gone for good, and nobody is named any more."""
    who, post = signed(request), posts_named([key]).get(key)
    if who is None or post is None:
        return sign_in()
    with whole():
        item = remove(who.person, key)
        if item is None:
            raise Failure(HTTPStatus.FORBIDDEN, "This post is not yours.", "You can report it.")
        forget_item(who.person, item)
    journalled()
    return HttpResponseRedirect(f"/forum/t/{post.thread}/?after={(post.no - 1) // _PAGE * _PAGE}#post-{post.no}")


def _show(request: HttpRequest, key: UUID, after: int, who: Signed | None, form: Form) -> HttpResponse:
    first, found = _first(key), posts_of(key, _PAGE + 1, after)
    head, *told = lines([first, *found[:_PAGE]], who.person if who else None)
    page = {
        "board": board_of(first.board),
        "head": head,
        "posts": told,
        "further": found[_PAGE - 1].no if len(found) > _PAGE else 0,
        "earlier": after > 0,
        "who": who,
        "named": bool(who and name_of(who.person)),
        "thread": key,
    }
    return ask(request, "thread", form, **page)


def _first(key: UUID) -> Post:
    """Give the first post of a thread; raise a Failure (404) if there is no such thread."""
    for post in posts_of(key, 1):
        return post
    raise Failure(HTTPStatus.NOT_FOUND, "There is no such thread.", "See which there are, at /forum/.")


def _number(words: str) -> int:
    """Read behind which number a page begins."""
    return min(int(words), 1 << 30) if words.isascii() and words.isdigit() else 0


def _not_yet(who: Signed | None) -> HttpResponse:
    """Send whoever cannot post yet to where they come to be able to."""
    return HttpResponseRedirect("/forum/name/") if who else sign_in()


def _to(said: tuple[UUID, int] | None, otherwise: str) -> HttpResponse:
    """Lead to what was posted."""
    if said is None:
        return HttpResponseRedirect(otherwise)
    key, no = said
    return HttpResponseRedirect(f"/forum/t/{key}/?after={(no - 1) // _PAGE * _PAGE}#post-{no}")
