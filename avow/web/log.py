"""Serve the ledger to whoever checks it: checkpoint, tiles and keys in the public formats, and a page of words."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from avow.errors import LedgerError
from avow.ledger import hashes
from avow.ledger.keys import named, ring
from avow.ledger.merkle.tiles import WIDTH, Tile
from avow.ledger.read import checkpoint, counted
from avow.page.failure import Failure
from avow.page.site import address

_TEXT = "text/plain; charset=utf-8"
_FOREVER = "public, max-age=31536000, immutable"
_SHORT = "public, max-age=5"


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Say what the ledger is, what its head is, and how to check it."""
    note, name = checkpoint(), named()
    told = {
        "note": note or "",
        "size": note.split("\n")[1] if note else "0",
        "keys": ring().text(name).split("\n")[2:-1] if name else [],
        "counted": sorted(counted().items()),
        "address": f"{address()}/log",
    }
    return render(request, "web/log.html", told)


@require_safe
def head(_: HttpRequest) -> HttpResponse:
    """Give the newest checkpoint, a signed note."""
    note = checkpoint()
    if note is None:
        raise Failure(HTTPStatus.NOT_FOUND, "The ledger has no checkpoint yet.", "The first comes within a second.")
    return _kept(HttpResponse(note, content_type=_TEXT), _SHORT)


@require_safe
def keys(_: HttpRequest) -> HttpResponse:
    """Give the verifier keys, the newest last, each with the size up to which it signed."""
    name = named()
    if name is None:
        raise Failure(HTTPStatus.NOT_FOUND, "The ledger has no name yet.", "The first checkpoint gives it one.")
    return _kept(HttpResponse(ring().text(name), content_type=_TEXT), _SHORT)


@gzip_page
@require_safe
def tile(_: HttpRequest, path: str) -> HttpResponse:
    """Give a tile of hashes or of entries; a full one never changes."""
    try:
        wanted = Tile.read(path)
    except LedgerError as error:
        raise Failure(HTTPStatus.NOT_FOUND, "This is not the address of a tile.") from error
    try:
        found = hashes.tile(wanted)
    except LedgerError as error:
        raise Failure(HTTPStatus.NOT_FOUND, f"This tile is not served: {error.args[0]}.") from error
    if found is None:
        raise Failure(HTTPStatus.NOT_FOUND, "The ledger is not that long yet.", "Ask for what a checkpoint covers.")
    how_long = _FOREVER if wanted.width == WIDTH else _SHORT
    return _kept(HttpResponse(found, content_type="application/octet-stream"), how_long)


def _kept(response: HttpResponse, how_long: str) -> HttpResponse:
    """Let everybody keep what tells of nobody, for so long."""
    response["Cache-Control"] = how_long
    return response
