"""Show the boards of the forum, and the threads of one."""

from datetime import UTC, datetime
from http import HTTPStatus
from typing import Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from avow.collection.forum.shown.form import here
from avow.collection.forum.shown.lines import lines
from avow.page.failure import Failure
from avow.page.signed.session import Signed, signed
from avow.record.forum.boards import Board
from avow.record.forum.boards import boards as known
from avow.record.forum.posts import counts, threads_of
from avow.record.said.choices import state

_PAGE: Final = 25
_INSTANT: Final = "%Y%m%d%H%M%S%f"


@require_safe
def boards(request: HttpRequest) -> HttpResponse:
    """Show every board, how much there is on it, and what a visitor should know before posting."""
    here()
    much = counts()
    told = {"boards": [(one, much.get(one.id)) for one in known()], "who": signed(request)}
    return render(request, "collection/forum/boards.html", told)


@require_safe
def board(request: HttpRequest, name: str) -> HttpResponse:
    """Show a board's charter and a page of its threads, the one that was posted to last before all."""
    here()
    found, who = board_of(name), signed(request)
    some = threads_of(name, _PAGE + 1, _before(request.GET.get("before", "")))
    further = some[_PAGE - 1] if len(some) > _PAGE else None
    told = {
        "board": found,
        "threads": lines(some[:_PAGE]),
        "further": f"{further.at.astimezone(UTC):{_INSTANT}}.{further.thread}" if further else "",
        "who": who,
        "member": member(found, who),
        "done": request.GET.get("done", ""),
    }
    return render(request, "collection/forum/board.html", told)


def board_of(name: str) -> Board:
    """Find a board; raise a Failure (404) if there is none of this name."""
    for one in known():
        if one.id == name:
            return one
    raise Failure(HTTPStatus.NOT_FOUND, "There is no such board.", "See which there are, at /forum/.")


def member(board: Board, who: Signed | None) -> bool:
    """Say whether who signed in is a member of a community."""
    return bool(board.list and who and board.list in state(who.person, who.reach).joined)


def _before(words: str) -> tuple[datetime, UUID] | None:
    """Read the place in the list that a page begins behind; None for what names none."""
    instant, _, thread = words.partition(".")
    try:
        return datetime.strptime(instant, _INSTANT).replace(tzinfo=UTC), UUID(thread)
    except ValueError:
        return None
