"""Answer programs: whatever is asked below /api/ and /in/, and every error of it, in one way."""

from collections.abc import Callable, Mapping
from functools import cache
from http import HTTPStatus
from typing import Any, Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from pydantic import BaseModel, ValidationError
from pydantic_core import to_json

from avow.api.acts.heard import heard
from avow.api.acts.intake import PLACE, intake
from avow.api.bound import bound
from avow.api.document import document
from avow.api.page import page
from avow.api.problem import Problem, answer, invalid
from avow.api.route import Call, Route
from avow.api.routes import ROUTES
from avow.api.trouble import trouble
from avow.config import config
from avow.page.middleware import AWAY, LARGEST
from avow.page.site import covered
from avow.record.programs.token import Program, by_token, hashed

API: Final = "/api/"
_JSON: Final = "application/json"
_KEY_LONGEST: Final = 200

Answer = Callable[[HttpRequest], HttpResponse]


def programs(answer_: Answer) -> Answer:
    """Answer what is asked below /api/ and /in/ here; leave the rest to the pages."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if not request.path.startswith((API, PLACE)):
            return answer_(request)
        try:
            return _answer(request)
        except Exception as error:  # noqa: BLE001 -- whatever it is, a program is told in the same shape
            kept = isinstance(error, AWAY) and heard(request)
            return answer(trouble(request, error, kept=kept))

    return middleware


def _answer(request: HttpRequest) -> HttpResponse:
    _fit(request)
    path = request.path
    if path.startswith(PLACE):
        return _json(intake(_only(request, "POST"), path.removeprefix(PLACE)))
    if path == API:
        return page(_only(request, "GET", "HEAD"))
    if path == f"{API}openapi.json":
        _only(request, "GET", "HEAD")
        return HttpResponse(_document(), content_type=_JSON)
    route, named = _found(request)
    return _json(_does(request, route, named))


def _does(request: HttpRequest, route: Route, named: Mapping[str, Any]) -> BaseModel:
    """Read who asks and what, and do it; what is wrong with it is told only to whom the token lets ask."""
    token = _token(request)
    if route.together and route.body is not None:
        try:
            asked = _body(request, route.body)
        except Problem:
            _program(token, route)
            raise
        return route.does(hashed(token), asked)
    program = _program(token, route)
    query = _query(request, route)
    body = _body(request, route.body) if route.body else None
    key = _key(request) if route.keyed else ""
    return route.does(Call(program, route, body, query, named, request.body, key))


@cache
def _document() -> bytes:
    return to_json(document())


def _token(request: HttpRequest) -> str:
    scheme, _, told = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
    if scheme.lower() != "bearer" or not told.strip():
        raise Problem(HTTPStatus.UNAUTHORIZED, "", "send Authorization: Bearer, and a token")
    return str(told.strip())


def _program(token: str, route: Route) -> Program:
    """Give whose token it is; raise a Problem if it is nobody's, or lets something else be done."""
    found = by_token(token)
    if found is None:
        raise Problem(HTTPStatus.UNAUTHORIZED, "", "ask who keeps the policy here for a token")
    if route.act not in found.acts:
        raise Problem(HTTPStatus.FORBIDDEN, f"this token does not let a program {route.act.words}")
    bound(found.id, route.name, route.most)
    return found


def _body(request: HttpRequest, model: type[BaseModel]) -> BaseModel:
    if request.content_type != _JSON:
        raise Problem(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "", f"send it as {_JSON}")
    try:
        return model.model_validate_json(request.body)
    except ValidationError as error:
        raise invalid(error) from error


def _query(request: HttpRequest, route: Route) -> BaseModel | None:
    """Read the query; what is not asked for, or stands in it twice, is refused."""
    given = {name: values[0] if len(values) == 1 else values for name, values in request.GET.lists()}
    if route.query is None:
        if given:
            raise Problem(HTTPStatus.UNPROCESSABLE_ENTITY, "this address takes no query", "leave it out")
        return None
    try:
        return route.query.model_validate(given)
    except ValidationError as error:
        raise invalid(error) from error


def _key(request: HttpRequest) -> str:
    key = request.headers.get("Idempotency-Key", "")
    legible = key.isascii() and key.isprintable() and 0 < len(key) <= _KEY_LONGEST
    if "Idempotency-Key" in request.headers and not legible:
        raise Problem(HTTPStatus.UNPROCESSABLE_ENTITY, "this is no idempotency key", "send 1 to 200 letters or digits")
    return str(key)


@cache
def _places() -> tuple[tuple[tuple[str, ...], dict[str, Route]], ...]:
    """Give each address in its parts, with its routes by method."""
    found: dict[tuple[str, ...], dict[str, Route]] = {}
    for route in ROUTES:
        found.setdefault(tuple(route.path.split("/")), {})[route.method] = route
    return tuple(found.items())


def _found(request: HttpRequest) -> tuple[Route, Mapping[str, Any]]:
    """Find the route of a request; raise a Problem if there is none (404), or by another method (405)."""
    parts = request.path.split("/")
    for pattern, routes in _places():
        if len(pattern) == len(parts) and all(a == b or a[:1] == "{" for a, b in zip(pattern, parts, strict=True)):
            named = {a[1:-1]: b for a, b in zip(pattern, parts, strict=True) if a[:1] == "{"}
            return routes[_only(request, *routes).method or ""], _typed(named)
    raise Problem(HTTPStatus.NOT_FOUND, "there is no such address", f"{API} names them")


def _typed(named: Mapping[str, str]) -> Mapping[str, Any]:
    try:
        return {name: UUID(part) if name == "person" else part for name, part in named.items()}
    except ValueError as error:
        raise Problem(HTTPStatus.NOT_FOUND, "this is no person's number") from error


def _only(request: HttpRequest, *methods: str) -> HttpRequest:
    if request.method not in methods:
        raise Problem(HTTPStatus.METHOD_NOT_ALLOWED, "", f"use {', '.join(methods)}", allow=methods)
    return request


def _fit(request: HttpRequest) -> None:
    """Raise a Problem where a request is for another site, in clear where it must not be, or of no or a large size."""
    meta = request.META
    if not covered(meta.get("HTTP_HOST") or meta.get("SERVER_NAME", "")):
        raise Problem(HTTPStatus.MISDIRECTED_REQUEST)
    if config().production and not request.is_secure() and config().site.startswith("https:"):
        raise Problem(HTTPStatus.FORBIDDEN, "this was sent in clear, so its token may be known to others", "use https")
    length = meta.get("CONTENT_LENGTH") or "0"
    if meta.get("HTTP_TRANSFER_ENCODING") and not meta.get("CONTENT_LENGTH"):
        raise Problem(HTTPStatus.LENGTH_REQUIRED)
    if not length.isascii() or not length.isdigit():
        raise Problem(HTTPStatus.BAD_REQUEST)
    if int(length) > LARGEST:
        raise Problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)


def _json(found: BaseModel) -> HttpResponse:
    return HttpResponse(found.model_dump_json(), content_type=_JSON)
