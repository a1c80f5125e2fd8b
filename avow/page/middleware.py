"""Stand around every page: whose request it is, how big, for which site, and what its answer may carry."""

from collections.abc import Callable
from http import HTTPStatus
from urllib.parse import urlsplit

import psycopg
from django.db import connection
from django.db.utils import DataError, InterfaceError, InternalError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _

from avow.config import config
from avow.errors import CollectionError, Denied, RecordError, StoreError
from avow.page.failure import Failure, fail, sentence
from avow.page.jar import check
from avow.page.site import address, covered
from avow.page.visitor.chosen import allowed
from avow.page.visitor.large import LARGEST_WITH_FILE, WITH_FILE, without_files
from avow.page.visitor.loaded import NOTHING, depends, loaded
from avow.policy.proof.keeps import keeps
from avow.store.beside import mend_beside
from avow.terms import Promise

Answer = Callable[[HttpRequest], HttpResponse]

LARGEST = 1_000_000
"""Bytes that a form may have."""
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self';"
        " frame-ancestors 'none'; base-uri 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}
CLEARED = '"cache", "storage"'
"""What a browser lets go of when somebody signs out."""
AWAY = (OperationalError, InterfaceError, InternalError, psycopg.OperationalError, psycopg.InternalError, StoreError)
"""What is raised where the store does not answer, or takes no writes."""
_UNHELD = {None, "22003", "22008", "22021", "22P05"}
"""What PostgreSQL or its driver (None) says of a sign that no text holds, a number or a day past all that are counted.

Any other wrong value is a mistake of ours.
"""
_RULE = "Content-Security-Policy"
_MACHINES = ("/healthz", "/readyz")


def proxied(answer: Answer) -> Answer:
    """Believe exactly as many proxies as are configured, counted from the right of what they added."""

    def middleware(request: HttpRequest) -> HttpResponse:
        trusted = config().proxies
        if trusted:
            meta = request.META
            client = _from_right(meta.get("HTTP_X_FORWARDED_FOR", ""), trusted)
            meta["REMOTE_ADDR"] = client or meta.get("REMOTE_ADDR", "")
            scheme = _from_right(meta.get("HTTP_X_FORWARDED_PROTO", ""), trusted)
            meta["wsgi.url_scheme"] = "https" if scheme == "https" else "http"
            host = _from_right(meta.get("HTTP_X_FORWARDED_HOST", ""), trusted)
            meta["HTTP_HOST"] = host or meta.get("HTTP_HOST", "")
        return answer(request)

    return middleware


def _from_right(header: str, count: int) -> str:
    """Give the part that the outermost trusted proxy wrote, or the leftmost there is."""
    parts = [part.strip() for part in header.split(",") if part.strip()]
    return parts[-min(count, len(parts))] if parts else ""


def armoured(answer: Answer) -> Answer:
    """Put the headers of safety on every answer, where a page has no other of its own (`page.framed` alone)."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = answer(request)
        _load(request, response)
        for name, value in HEADERS.items():
            response.setdefault(name, value)
        response.setdefault("Cache-Control", "no-store")
        if request.is_secure():
            response["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
        return response

    return middleware


def _load(request: HttpRequest, response: HttpResponse) -> None:
    """Let the page load from processors what it may, and nothing else from anywhere."""
    if response.has_header(_RULE) or not response.get("Content-Type", "").startswith("text/html") or not depends():
        return
    patch_vary_headers(response, ("Cookie", "Sec-GPC", "DNT"))
    found = loaded(request)
    if found is not NOTHING:
        images = " ".join(("img-src 'self' data:", *found.images))
        response[_RULE] = HEADERS[_RULE].replace("img-src 'self' data:", images) + found.rules


class Failing:
    """Turn what went wrong into a page that says so."""

    def __init__(self, answer: Answer) -> None:
        """Hold the rest of the way."""
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Give a page where Django gives an empty answer."""
        response = self.answer(request)
        if response.status_code == HTTPStatus.METHOD_NOT_ALLOWED and not response.content:
            page = fail(request, HTTPStatus.METHOD_NOT_ALLOWED)
            page["Allow"] = response["Allow"]
            return page
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Name a failure that we know; leave others to Django, which logs them and answers 500."""
        if isinstance(error, Failure):
            return fail(request, error.status, error.happened, error.way_on)
        if isinstance(error, CollectionError | RecordError):
            return fail(
                request,
                HTTPStatus.BAD_REQUEST,
                sentence(_(error.args[0])),
                sentence(_(error.hint)) if error.hint else "",
            )
        if isinstance(error, Denied):
            return fail(
                request, HTTPStatus.FORBIDDEN, sentence(_(error.args[0])), sentence(_(error.hint)) if error.hint else ""
            )
        if isinstance(error, DataError) and getattr(error.__cause__, "sqlstate", None) in _UNHELD:
            return fail(request, HTTPStatus.BAD_REQUEST)
        if isinstance(error, AWAY):
            connection.close()
            mend_beside()
            return fail(request, HTTPStatus.SERVICE_UNAVAILABLE)
        return None


@keeps(Promise.SITES)
def sited(answer: Answer) -> Answer:
    """Answer for the hosts that the policy covers and for no other; in production over https alone."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.path in _MACHINES:
            return answer(request)
        if not covered(request.META.get("HTTP_HOST") or request.META.get("SERVER_NAME", "")):
            return fail(request, HTTPStatus.MISDIRECTED_REQUEST)
        if config().production and not request.is_secure() and urlsplit(address()).scheme == "https":
            return HttpResponsePermanentRedirect(address() + request.get_full_path(), preserve_request=True)
        return answer(request)

    return middleware


def sized(answer: Answer) -> Answer:
    """Refuse what is too large before reading it, and what no length is known of."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.META.get("HTTP_TRANSFER_ENCODING") and not request.META.get("CONTENT_LENGTH"):
            return fail(request, HTTPStatus.LENGTH_REQUIRED)
        length = request.META.get("CONTENT_LENGTH") or "0"
        if not length.isascii() or not length.isdigit():
            return fail(request, HTTPStatus.BAD_REQUEST)
        most = LARGEST_WITH_FILE if request.path in WITH_FILE else LARGEST
        if int(length) > most and not without_files(request):
            return fail(request, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        return answer(request)

    return middleware


def jarred(answer: Answer) -> Answer:
    """Let no cookie out that the policy does not declare; what is taken back may go."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = answer(request)
        names = {name for name, cookie in response.cookies.items() if cookie["max-age"] != 0}
        check(names, wanted=bool(names) and allowed(request))
        return response

    return middleware
