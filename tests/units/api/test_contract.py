"""Test the whole API against its own document: whatever is sent, the answer is one that the document names."""

import os
from itertools import count
from typing import Any, Final

import pytest
from django.core.wsgi import get_wsgi_application
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode, openapi
from schemathesis.specs.openapi import checks

from avow.api import door
from avow.api.acts.intake import PLACE
from avow.api.routes import ROUTES
from avow.collection.connectors.declare import declare
from avow.collection.connectors.shopify import TOPIC
from avow.collection.intake import deliver
from avow.record.programs.acts import ConnectorKind
from avow.record.programs.connector import connector, new_secret
from avow.terms import ChannelKind
from tests.journeys.invited import ALICE, gave
from tests.units.api.cast import token

EXAMPLES: Final = 300 if "SOAK" in os.environ else 3
"""Requests of each address, for each way of making them."""
HELD: Final = [
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
    checks.negative_data_rejection,
    checks.unsupported_method,
]
"""What is held against each answer, beside that none is a mistake of ours."""


@pytest.mark.usefixtures("site")
def test_every_answer_keeps_the_contract(monkeypatch: pytest.MonkeyPatch) -> None:
    """No answer is a 500, and none is of another kind or shape than the document says, whatever is asked and sent."""
    monkeypatch.setattr(door, "bound", lambda *_: None)
    person = gave(ALICE, ChannelKind.ORDER, "Alice Everywhere")
    heads = {"Authorization": f"Bearer {token('orders')}"}
    document: Any = openapi.from_wsgi("/api/openapi.json", get_wsgi_application())
    found = [one.ok() for one in document.get_all_operations()]
    ours = {(route.method, route.path) for route in ROUTES} | {("POST", f"{PLACE}{{connector}}")}
    assert {(one.method.upper(), one.path) for one in found} == ours, "the document names every address"
    declare("till", ConnectorKind.STANDARD, ChannelKind.ORDER, [], "newsletter", new_secret())
    numbers = count()
    declare("shop", ConnectorKind.SHOPIFY, ChannelKind.ORDER, [], "newsletter", new_secret())
    for kind in ConnectorKind:
        monkeypatch.setitem(deliver._SIGNED, kind, lambda *_: f"delivery {next(numbers)}")  # noqa: SLF001 -- what is made up is signed by nobody
    known = {"person": str(person), "channel": "order", "connector": "till"}
    statuses: set[int] = set()
    for operation in found:
        named = {name: value for name, value in known.items() if f"{{{name}}}" in operation.path}
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
            statuses |= _try(operation, mode, heads, named)
    assert {200, 401, 422} <= statuses
    shop = next(one for one in found if one.path.startswith(PLACE))
    topic = {**heads, "X-Shopify-Topic": TOPIC}
    assert _try(shop, GenerationMode.NEGATIVE, topic, {"connector": "shop"}) <= {400, 401, 415, 422}
    assert connector("till"), "it was there all the while"


def _try(operation: Any, mode: GenerationMode, heads: dict[str, str], named: dict[str, str]) -> set[int]:
    """Send what is made for one address, and give the statuses of the answers; raise what an answer breaks."""
    found: set[int] = set()

    @settings(
        max_examples=EXAMPLES,
        database=None,
        deadline=None,
        derandomize="SOAK" not in os.environ,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(operation.as_strategy(mode, path_parameters=named or None))
    def attempt(case: Any) -> None:
        answer = case.call(headers=heads)
        found.add(answer.status_code)
        assert answer.status_code not in {500, 503}, answer.text
        case.validate_response(answer, checks=HELD)

    attempt()
    return found
