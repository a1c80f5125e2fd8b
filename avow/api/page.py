"""Show people what programs can do here, and what each problem means."""

from dataclasses import dataclass
from functools import cache
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from avow.api.document import words
from avow.api.problem import KINDS
from avow.api.route import Route
from avow.api.routes import ROUTES
from avow.page.site import address
from avow.record.programs.acts import ProgramAct


@dataclass(frozen=True, slots=True)
class Line:
    """An address of the API in words: what it does, what it takes and what it answers, name by name."""

    route: Route
    summary: str
    more: str
    takes: tuple[tuple[str, str], ...]
    answers: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of problem: its anchor, its status, its title."""

    anchor: str
    status: int
    title: str


def page(request: HttpRequest) -> HttpResponse:
    """Give the page."""
    told = {
        "acts": _acts(),
        "kinds": [Kind(anchor, status.value, title) for status, (anchor, title) in KINDS.items()],
        "address": address(),
    }
    return render(request, "api/page.html", told, status=HTTPStatus.OK)


@cache
def _acts() -> tuple[tuple[ProgramAct, tuple[Line, ...]], ...]:
    """Give every act with its addresses; made once, for it comes of the routes alone, which no policy changes."""
    return tuple((act, tuple(line(one) for one in ROUTES if one.act is act)) for act in ProgramAct)


def line(route: Route) -> Line:
    """Say a route in words."""
    summary, more = words(route)
    takes = tuple(fields(model) for model in (route.body, route.query) if model)
    return Line(route, summary, more, sum(takes, ()), fields(route.answer))


def fields(model: type[Any]) -> tuple[tuple[str, str], ...]:
    """Give the fields of a model, each with how it is typed."""
    schema = model.model_json_schema()
    needed = schema.get("required", [])
    return tuple(
        (name, _typed(one) + ("" if name in needed else ", may be left out"))
        for name, one in schema.get("properties", {}).items()
    )


def _typed(one: dict[str, Any]) -> str:
    """Say a schema in a word or two."""
    if "anyOf" in one:
        return " or ".join(_typed(each) for each in one["anyOf"])
    if "enum" in one:
        return " or ".join(f"“{each}”" for each in one["enum"])
    if one.get("type") == "array":
        return f"list of {_typed(one.get('items', {}))}"
    if one.get("type") == "object" and "additionalProperties" in one:
        return "names with values"
    words_ = {"boolean": "yes or no", "integer": "number", "string": "text", "null": "nothing"}
    return {"uuid": "id", "date-time": "instant"}.get(one.get("format", ""), words_.get(one.get("type", ""), "parts"))
