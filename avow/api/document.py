"""Describe the API as OpenAPI 3.1, from its routes, so that the two cannot disagree."""

from collections.abc import Iterator
from functools import cache
from inspect import getdoc
from typing import Any, Final

from pydantic import BaseModel
from pydantic.json_schema import JsonSchemaMode, models_json_schema

from avow.api.acts.intake import Received
from avow.api.acts.intake import intake as does_intake
from avow.api.problem import TYPE, Told
from avow.api.route import Route
from avow.api.routes import ROUTES

VERSION: Final = "1"
_JSON: Final = "application/json"
_PROBLEM: Final = {
    "description": "A problem, as RFC 9457 has it; `type` leads to what it means.",
    "content": {TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
}
_ERRORS: Final = {"4XX": {"$ref": "#/components/responses/Problem"}, "5XX": {"$ref": "#/components/responses/Problem"}}
_SIGNED: Final = ("webhook-id", "webhook-timestamp", "webhook-signature")


@cache
def document() -> dict[str, Any]:
    """Give the whole document."""
    schemas, named = _schemas()
    paths: dict[str, Any] = {}
    for route in ROUTES:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route, named)
    paths["/in/{connector}"] = {"post": _intake(named)}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Avow",
            "version": VERSION,
            "description": "What programs may do here: each token is for one purpose of the privacy policy.",
        },
        "paths": paths,
        "components": {
            "schemas": schemas,
            "responses": {"Problem": _PROBLEM},
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
        "security": [{"token": []}],
    }


def words(route: Route) -> tuple[str, str]:
    """Give what a route does in a sentence, and what more there is to say."""
    first, _, rest = (getdoc(route.does) or "").partition("\n\n")
    return " ".join(first.split()), " ".join(rest.split())


def _schemas() -> tuple[dict[str, Any], dict[type[BaseModel], str]]:
    """Give the schema of each model under its name, and the reference to each."""
    taken = {model for route in ROUTES for model in (route.body, route.query) if model}
    given: set[type[BaseModel]] = {*(route.answer for route in ROUTES), Told, Received}
    modes: list[tuple[type[BaseModel], JsonSchemaMode]] = [(model, "validation") for model in sorted(taken, key=repr)]
    modes += [(model, "serialization") for model in sorted(given, key=repr)]
    references, found = models_json_schema(modes, ref_template="#/components/schemas/{model}")
    schemas = dict(sorted(found["$defs"].items()))
    named = {model: str(references[model, mode]["$ref"]) for model, mode in modes}
    schemas["Problem"] = schemas[named[Told].rpartition("/")[2]]
    return schemas, named


def _operation(route: Route, named: dict[type[BaseModel], str]) -> dict[str, Any]:
    summary, more = words(route)
    found: dict[str, Any] = {
        "operationId": route.does.__name__,
        "summary": summary,
        "description": f"{more} Needs the act `{route.act.value}`; at most {route.most} in a minute.".strip(),
        "tags": [route.act.value],
        "parameters": [*_path(route), *_query(route), *_key(route)],
        "responses": {
            str(route.status.value): {
                "description": "As asked.",
                "content": {_JSON: {"schema": {"$ref": named[route.answer]}}},
            },
            **_ERRORS,
        },
    }
    if route.body:
        found["requestBody"] = {"required": True, "content": {_JSON: {"schema": {"$ref": named[route.body]}}}}
    return found


def _path(route: Route) -> Iterator[dict[str, Any]]:
    for part in route.path.split("/"):
        if part[:1] == "{":
            schema = {"type": "string", "format": "uuid"} if part == "{person}" else {"type": "string", "minLength": 1}
            yield {"name": part[1:-1], "in": "path", "required": True, "schema": schema}


def _query(route: Route) -> Iterator[dict[str, Any]]:
    for name, schema in (route.query.model_json_schema()["properties"] if route.query else {}).items():
        yield {"name": name, "in": "query", "required": False, "schema": schema}


def _key(route: Route) -> Iterator[dict[str, Any]]:
    if route.keyed:
        yield {
            "name": "Idempotency-Key",
            "in": "header",
            "required": False,
            "description": "What comes again under the same key within a day gets the same answer, and is done once.",
            "schema": {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[ -~]+$"},
        }


def _intake(named: dict[type[BaseModel], str]) -> dict[str, Any]:
    name = {"name": "connector", "in": "path", "required": True, "schema": {"type": "string", "minLength": 1}}
    heads = [{"name": one, "in": "header", "required": False, "schema": {"type": "string"}} for one in _SIGNED]
    answer = {"description": "Taken.", "content": {_JSON: {"schema": {"$ref": named[Received]}}}}
    return {
        "operationId": "intake",
        "summary": (getdoc(does_intake) or "").partition(";")[0] + ".",
        "description": "Signed as Standard Webhooks 1.0.0 have it, or as the connector's system signs.",
        "tags": ["intake"],
        "security": [],
        "parameters": [name, *heads],
        "requestBody": {"required": True, "content": {_JSON: {"schema": {"type": "object"}}}},
        "responses": {"200": answer, **_ERRORS},
    }
