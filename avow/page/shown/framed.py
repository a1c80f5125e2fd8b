"""Let a page of the desk hold a message within it, and run our own file of script; nothing inline."""

from typing import Final

from django.http import HttpResponse

from avow.page.middleware import HEADERS

_POLICY: Final = "Content-Security-Policy"
_LIVE: Final = f"{HEADERS[_POLICY]}; script-src 'self'; connect-src 'self'; frame-src 'self'"
_WITHIN: Final = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'; base-uri 'none';"
    " form-action 'none'; sandbox"
)


def live(response: HttpResponse) -> HttpResponse:
    """Let a page of ours run our own files of script, and hold a page of ours within it."""
    response[_POLICY] = _LIVE
    return response


def within(response: HttpResponse) -> HttpResponse:
    """Let a message be held within a page of ours alone: it keeps its styles, and can run, fetch and send nothing."""
    response[_POLICY] = _WITHIN
    response["X-Frame-Options"] = "SAMEORIGIN"
    return response
