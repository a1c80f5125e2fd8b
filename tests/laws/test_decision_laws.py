"""Hold the rule of decision against its laws: on every point of a policy's domain, and on generated policies."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import cache
from itertools import islice
from pathlib import Path
from typing import TypeAlias

import psycopg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from avow.decision.decide import decide, scopes, selects
from avow.decision.domain import looks, requests, situations
from avow.decision.facts import SCOPES, Facts
from avow.decision.plan import Plan, plan
from avow.decision.request import Request
from avow.decision.sql import condition
from avow.policy.document import Policy, Rule
from avow.policy.folder import load
from avow.policy.history import History, number
from avow.policy.meaning.laws import laws
from avow.store.server.embedded import Embedded
from tests.laws import rules, spoiled, theorems
from tests.laws.cedar import Cedar
from tests.laws.policies import drafts
from tests.laws.small import small, with_rules
from tests.laws.theorems import Form, Law, compiled, reference

EXAMPLE = Path(__file__).parents[2] / "policies" / "example"
World: TypeAlias = tuple[History, Policy, dict[Request, list[Facts]]]


def world(history: History, policy: Policy) -> World:
    """Give a version with its whole domain, and with requests whose words nobody knows."""
    known = dict.fromkeys(requests(policy))
    first = next(iter(known))
    strange = [
        Request(rules.UNKNOWN, first.categories),
        Request(first.purpose, frozenset({rules.UNKNOWN})),
        Request(first.purpose, first.categories, topic=rules.UNKNOWN),
        Request(first.purpose, frozenset()),
    ]
    shared: dict[Facts, list[Facts]] = {}
    domain = {}
    for request in [*known, *strange]:
        seen = looks(history, request, policy)
        domain[request] = shared.get(seen) or shared.setdefault(seen, list(situations(history, request, policy)))
    return history, policy, domain


@cache
def whole_domain(name: str) -> World:
    """Give the whole domain of the example policy, or of the small one, which uses what the example does not."""
    if name == "small":
        return world(*small())
    history = load(EXAMPLE)
    return world(history, history.policies[-1])


@pytest.fixture(params=["example", "small"])
def whole(request: pytest.FixtureRequest) -> World:
    """Give the whole domain of a policy."""
    return whole_domain(request.param)


@cache
def _distinct(name: str) -> World:
    history, policy, domain = whole_domain(name)
    requests_ = {theorems.alike(history, policy, request): request for request in reversed(domain)}
    return history, policy, {request: domain[request] for request in requests_.values()}


@pytest.fixture(params=["example", "small"])
def distinct(request: pytest.FixtureRequest) -> World:
    """Give one request of those that the reference cannot tell apart; that others may not either, equality shows."""
    return _distinct(request.param)


def holds(law: Law, form: Form, world: World) -> bool:
    """Say whether a law holds for a form at every point."""
    history, policy, domain = world
    return next(law(form, history, policy, domain.items()), None) is None


def points(world: World, every: int = 1) -> Iterator[tuple[Request, Facts]]:
    """Give the points of a domain, or one of so many."""
    flat = ((request, facts) for request, found in world[2].items() for facts in found)
    return islice(flat, 0, None, every)


# ---- on every point of the domain ------------------------------------------


def test_default_deny(distinct: World) -> None:
    """What no rule permits, or nobody was told of, is denied."""
    assert holds(theorems.default_deny, compiled, distinct)


def test_forbid_trumps_permit(distinct: World) -> None:
    """Where one forbid bites, nothing is allowed, and the forbid is named."""
    assert holds(theorems.forbid_trumps_permit, compiled, distinct)


def test_order_does_not_matter(distinct: World) -> None:
    """The rules decide the same in any order."""
    assert holds(theorems.order_does_not_matter, compiled, distinct)


def test_duplicates_do_not_matter(distinct: World) -> None:
    """A rule said again says nothing new."""
    assert holds(theorems.duplicates_do_not_matter, compiled, distinct)


def test_refusing_never_allows(distinct: World) -> None:
    """A refusal or a condition more never turns deny into allow."""
    assert holds(theorems.refusing_never_allows, compiled, distinct)


def test_losing_never_allows(distinct: World) -> None:
    """A stated use, an acceptance or a relation less never turns deny into allow."""
    assert holds(theorems.losing_never_allows, compiled, distinct)


def test_a_new_forbid_never_allows(distinct: World) -> None:
    """A forbid more never turns deny into allow."""
    assert holds(theorems.a_new_forbid_never_allows, compiled, distinct)


def test_compiled_equals_reference(whole: World) -> None:
    """The compiled plan decides as the reference does, for the same clauses."""
    assert holds(theorems.equals_reference, compiled, whole)


def test_cedar_agrees(distinct: World) -> None:
    """Cedar, given the same rules, decides the same for the same clauses."""
    history, policy, domain = distinct
    every = 1 + sum(map(len, domain.values())) // 5_000
    asked = list(points(distinct, every))
    found = Cedar(history, policy).decide(asked)
    assert found == [decide(history, policy, *point) for point in asked]
    assert {decision.allowed for decision in found} == {True, False}


def test_sql_equals_reference(whole: World, owner: psycopg.Connection) -> None:
    """PostgreSQL selects exactly the points that the reference allows."""
    history, policy, domain = whole
    rows = _rows(history, policy, domain)
    assert {allowed for found in rows.values() for allowed in found.values()} == {True, False}
    assert _wrong(owner, rows) == 0
    swapped: Rows = {("true", ()): next(found for found in rows.values() if not all(found.values()))}
    assert _wrong(owner, swapped) > 0


def test_what_no_rule_looks_at_changes_nothing(distinct: World) -> None:
    """The domain leaves nothing out: with every other bit set, each point is decided the same."""
    history, policy, domain = distinct
    every = (1 << 256) - 1
    for request, found in domain.items():
        seen = looks(history, request, policy)
        decider = compiled(history, policy, request)
        for facts in found:
            noisy = Facts(
                facts.stated | every & ~seen.stated,
                facts.accepted | every & ~seen.accepted,
                facts.refused | every & ~seen.refused,
                facts.relations | 0xFFFF & ~seen.relations,
            )
            assert decider(noisy) == decider(facts)


# ---- every law can fail ----------------------------------------------------


@pytest.mark.parametrize(
    ("law", "form"),
    [
        (theorems.default_deny, spoiled.default_allow),
        (theorems.default_deny, spoiled.nameless),
        (theorems.forbid_trumps_permit, spoiled.permit_trumps_forbid),
        (theorems.order_does_not_matter, spoiled.first_rule_wins),
        (theorems.duplicates_do_not_matter, spoiled.majority),
        (theorems.refusing_never_allows, spoiled.two_noes_make_a_yes),
        (theorems.losing_never_allows, spoiled.strangers_first),
        (theorems.a_new_forbid_never_allows, spoiled.second_forbid_excuses),
        (theorems.equals_reference, spoiled.nameless),
    ],
)
def test_a_spoiled_rule_is_caught(law: Law, form: Form, distinct: World) -> None:
    """Each law catches the mistake that it is there for."""
    assert not holds(law, form, distinct)


def test_overlooking_one_forbid_is_caught(distinct: World) -> None:
    """Whichever single forbid a form overlooks, the laws notice on the domain."""
    history, policy, domain = distinct
    for place in spoiled.forbids(policy):
        rule = policy.rules[place]
        spoken_of = {request: found for request, found in domain.items() if selects(policy, rule, request)}
        assert not holds(theorems.equals_reference, spoiled.deaf_to(place), (history, policy, spoken_of)), rule
        assert not holds(theorems.forbid_trumps_permit, spoiled.deaf_to(place), (history, policy, spoken_of)), rule


# ---- on generated policies -------------------------------------------------


@st.composite
def generated(draw: st.DrawFn) -> World:
    """Give a generated version, a request and a few facts, anything among them."""
    history, policy = draw(rules.policies())
    request = draw(rules.requests())
    found = draw(st.lists(rules.facts(history, policy, request), min_size=1, max_size=4))
    return history, policy, {request: found}


@pytest.mark.parametrize("law", theorems.LAWS)
@given(world=generated())
def test_laws_hold_for_any_policy(law: Law, world: World) -> None:
    """Each law holds for any rules, even ill-written, and for any facts."""
    assert holds(law, reference, world)


@given(world=generated())
def test_compiled_equals_reference_on_any_policy(world: World) -> None:
    """The compiled plan decides as the reference for any rules, even ill-written, and for any facts."""
    assert holds(theorems.equals_reference, compiled, world)


LONG = pytest.mark.filterwarnings("ignore:Generating overly large repr")
"""A counterexample may be long: it is a whole policy."""


@st.composite
def written(draw: st.DrawFn) -> World:
    """Give a version as an author may write it, with the laws, and a part of its domain."""
    draft = draw(drafts())
    policy = replace(draft, clauses={**draft.clauses, **{law.id: law for law in laws(draft)}})
    history = number([policy])
    asked = draw(st.lists(st.sampled_from(list(requests(policy))), min_size=1, max_size=3, unique=True))
    return history, policy, {request: list(islice(situations(history, request, policy), 400)) for request in asked}


@LONG
@settings(max_examples=25)
@given(world=written())
def test_laws_hold_for_any_written_policy(world: World) -> None:
    """Every law holds for whatever an author can write, and Cedar agrees."""
    for law in theorems.LAWS:
        assert holds(law, compiled, world)
    history, policy, _ = world
    asked = list(points(world, 20))
    assert Cedar(history, policy).decide(asked) == [decide(history, policy, *point) for point in asked]


@given(world=generated(), added=rules.rules(permit=False))
def test_any_new_forbid_never_allows(world: World, added: Rule) -> None:
    """Whatever forbid is added, nothing becomes allowed, and nothing is named less."""
    history, policy, domain = world
    stricter = with_rules(policy, (*policy.rules, added))
    for request, found in domain.items():
        for facts in found:
            before, after = decide(history, policy, request, facts), decide(history, stricter, request, facts)
            assert before.allowed or not after.allowed
            assert before.allowed or before.because <= after.because


@given(worlds=st.lists(generated(), min_size=1, max_size=3))
def test_cedar_agrees_on_any_policy(worlds: list[World]) -> None:
    """Cedar agrees on any rules, even ill-written ones."""
    for world in worlds:
        history, policy, _ = world
        asked = list(points(world))
        assert Cedar(history, policy).decide(asked) == [decide(history, policy, *point) for point in asked]


@LONG
@settings(max_examples=50)
@given(world=written())
def test_what_a_purpose_needs_must_be_on_file(world: World) -> None:
    """Whatever else a policy says, a use is denied without the relations that its purpose names."""
    history, policy, domain = world
    for request in domain:
        needs = sum(relation.mask for relation in policy.purposes[request.purpose].needs)
        assert plan(history, policy, request).needs & needs == needs


@LONG
@settings(max_examples=50)
@given(world=written())
def test_every_scope_can_be_refused(world: World) -> None:
    """Whatever else a policy says, a refusal of a scope that a use lies in stops it, and so does one of its topic."""
    history, policy, domain = world
    for request in domain:
        topic = {history.topic_mask(request.topic)} - {0}
        refusals = topic | {SCOPES[name].mask for name in scopes(policy, request) - {"topic"}}
        assert all(plan(history, policy, request).forbid & mask for mask in refusals)


@LONG
@settings(max_examples=25)
@given(worlds=st.lists(st.one_of(generated(), written()), min_size=1, max_size=4))
def test_sql_equals_reference_on_any_policy(server: Embedded, worlds: list[World]) -> None:
    """PostgreSQL selects exactly what the reference allows under any rules, even ill-written ones, asked in batches."""
    asked = [
        (plan(world[0], world[1], request), facts, decide(world[0], world[1], request, facts).allowed)
        for world in worlds
        for request, facts in points(world, 1 + sum(map(len, world[2].values())) // 100)
    ]
    with psycopg.connect(server.url("avow_owner", "postgres")) as owner:
        assert _differing(owner, asked) == 0


def test_a_spoiled_condition_is_caught(server: Embedded) -> None:
    """Whichever part of a condition is left out, or a bit of it, the batch notices."""
    history, policy, domain = whole_domain("small")
    plans = {request: plan(history, policy, request) for request in domain}
    spoils: dict[str, Callable[[Plan], Plan]] = {
        "the forbids": lambda one: replace(one, forbid=0),
        "one forbid": lambda one: replace(one, forbid=one.forbid & one.forbid - 1),
        "the relations": lambda one: replace(one, needs=0),
        "what was stated": lambda one: replace(one, use=one.use << 1),
        "nothing permits": lambda one: replace(one, use=0),
    }
    with psycopg.connect(server.url("avow_owner", "postgres")) as owner:
        for what, spoil in {"nothing": lambda one: one, **spoils}.items():
            asked = [
                (spoil(plans[request]), facts, decide(history, policy, request, facts).allowed)
                for request, found in domain.items()
                for facts in found[:20]
            ]
            assert (_differing(owner, asked[:4_000]) > 0) is (what != "nothing"), what


# ---- the points in PostgreSQL ----------------------------------------------

Condition: TypeAlias = tuple[str, tuple[object, ...]]
Rows: TypeAlias = dict[Condition, dict[Facts, bool]]
_COLUMNS = "condition int, allowed boolean, stated bit(256), accepted bit(256), refused bit(256), relations bigint"


def _rows(history: History, policy: Policy, domain: dict[Request, list[Facts]]) -> Rows:
    """Give, for each condition of SQL that the requests need, what the reference says of each situation.

    Requests with one condition must be allowed in the same situations, or the condition is wrong.
    """
    rows: Rows = {}
    answer = theorems.answers(history, policy)
    for request, facts in domain.items():
        sql, parameters = condition(plan(history, policy, request))
        allowed = [decision.allowed for decision in answer(request, facts)]
        found = rows.setdefault((sql, tuple(parameters)), {})
        assert all(found.setdefault(*pair) is pair[1] for pair in zip(facts, allowed, strict=True))
    return rows


def _wrong(owner: psycopg.Connection, rows: Rows) -> int:
    """Count the situations that a condition selects otherwise than it should; they go in by COPY."""
    owner.execute("DROP TABLE IF EXISTS point")
    owner.execute(f"CREATE TEMP TABLE point ({_COLUMNS})")
    with owner.cursor() as cursor, cursor.copy("COPY point FROM STDIN") as copy:
        for number, found in enumerate(rows.values()):
            for facts, allowed in found.items():
                copy.write_row((number, allowed, *_digits(facts), facts.relations))
    owner.execute("CREATE INDEX ON point (condition)")
    return sum(_count(owner, number, *condition_) for number, condition_ in enumerate(rows))


def _count(owner: psycopg.Connection, number: int, sql: str, parameters: tuple[object, ...]) -> int:
    query = f"SELECT count(*) FROM point WHERE condition = %s AND ({sql}) IS DISTINCT FROM allowed"
    row = owner.execute(query, [number, *parameters]).fetchone()
    assert row
    return int(row[0])


def _digits(facts: Facts) -> Sequence[str]:
    return [format(mask, "0256b") for mask in (facts.stated, facts.accepted, facts.refused)]


def _differing(owner: psycopg.Connection, asked: Sequence[tuple[Plan, Facts, bool]]) -> int:
    """Count the points that the condition of their plan selects otherwise than it should, all in one query."""
    conditions: dict[Condition, int] = {}
    rows: list[str] = []
    for one, facts, allowed in asked:
        sql, parameters = condition(one)
        number_ = conditions.setdefault((sql, tuple(parameters)), len(conditions))
        bits = ", ".join(f"B'{mask}'" for mask in _digits(facts))
        rows.append(f"({number_}, {allowed}, {bits}, {facts.relations}::bigint)")
    cases = " ".join(f"WHEN {number_} THEN ({sql})" for (sql, _), number_ in conditions.items())
    query = (
        "SELECT count(*) FROM (VALUES " + ", ".join(rows) + ") AS point"
        " (condition, allowed, stated, accepted, refused, relations)"
        f" WHERE CASE condition {cases} END IS DISTINCT FROM allowed"
    )
    row = owner.execute(query, [parameter for _, parameters in conditions for parameter in parameters]).fetchone()
    assert row
    return int(row[0])
