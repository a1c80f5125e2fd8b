"""Test the condition of SQL on rows of its own."""

import psycopg

from avow.decision.plan import plan
from avow.decision.request import Request
from avow.decision.sql import condition
from avow.terms import Relation, Scope
from tests.laws.small import small

LETTER = Request("newsletter", frozenset({"contact"}))


def _selects(owner: psycopg.Connection, row: list[object]) -> bool | None:
    history, policy = small()
    sql, parameters = condition(plan(history, policy, LETTER))
    values = "(%s::bit(256), %s::bit(256), %s::bit(256), %s::bigint)"
    found = owner.execute(
        f"SELECT {sql} FROM (VALUES {values}) AS item (stated, accepted, refused, relations)", [*parameters, *row]
    ).fetchone()
    assert found
    answer: bool | None = found[0]
    return answer


def _digits(mask: int) -> str:
    return format(mask, "0256b")


def test_condition(owner: psycopg.Connection) -> None:
    """It selects what is told, not refused and related; what is unknown is not selected."""
    history, policy = small()
    use = _digits(plan(history, policy, LETTER).use)
    none, joined = _digits(0), Relation.JOINED.mask
    assert _selects(owner, [use, none, none, joined]) is True
    assert _selects(owner, [none, use, none, joined]) is True
    assert _selects(owner, [none, none, none, joined]) is False
    assert _selects(owner, [use, none, _digits(Scope.MARKETING.mask), joined]) is False
    assert _selects(owner, [use, none, _digits(1 << 255), joined]) is True
    assert _selects(owner, [use, none, none, 0]) is False
    assert _selects(owner, [use, none, None, joined]) is None


def test_values_are_parameters() -> None:
    """No value stands in the text."""
    history, policy = small()
    texts = {condition(plan(history, policy, Request(name, LETTER.categories)))[0] for name in policy.purposes}
    assert len(texts) == 1
