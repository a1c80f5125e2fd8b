"""Read what a block says of a clause: its class, the promises it makes, the rules that it sets."""

from collections.abc import Mapping
from typing import Any

from avow.policy.document import Clause, Rule
from avow.policy.grammar.sections import Sentence
from avow.policy.grammar.table import Table
from avow.terms import ClauseClass, MessageKind, Promise, RecipientClass, Relation, Scope

CONDITIONS = tuple(scope.name.lower() for scope in Scope if not scope.choice)
LACKS = tuple(f"no-{relation.name.lower().replace('_', '-')}" for relation in Relation)
WHEN = ("refused", "unstated", *CONDITIONS, *LACKS)
"""The words for when a forbid bites; the same as in decision.facts."""
SCOPES = tuple(scope.name.lower() for scope in Scope if scope.choice)
"""The scopes that a purpose may lie in."""
TOPIC = "topic"
RULE_SCOPES = (*SCOPES, TOPIC)
"""The scopes that a rule may name: a purpose's, or the topic that a message is about."""
_SLUGS: Mapping[str, Promise] = {promise.slug: promise for promise in Promise}


def clause(sentence: Sentence, table: Table) -> Clause:
    """Read `[clause."id"]` for its sentence."""
    kind = table.word("class", ClauseClass)
    promises = table.known("promises", table.texts("promises"), _SLUGS.get, _SLUGS)
    permits = _rules(table, "permit", permit=True)
    forbids = _rules(table, "forbid", permit=False)
    table.close()
    return Clause(
        id=sentence.id,
        text=sentence.text,
        section=sentence.section,
        line=sentence.line,
        kind=kind or ClauseClass.ENFORCED,
        promises=promises,
        rules=permits + forbids,
    )


def _rules(table: Table, key: str, *, permit: bool) -> tuple[Rule, ...]:
    """Read one rule, or a list of rules, each an inline table."""
    table.taken.add(key)
    given = table.values.get(key, [])
    parts = given if isinstance(given, list) else [given]
    if not all(isinstance(part, Mapping) for part in parts):
        table.fault(f"{key!r} of {table.name} is not a rule", key, f'write {key} = {{ purposes = ["..."] }}')
        return ()
    return tuple(
        _rule(Table(table.block, (*table.path, key), part, table.faults, table.clause), permit=permit) for part in parts
    )


_LISTS = ("purposes", "recipients", "categories", "kinds")


def _rule(table: Table, *, permit: bool) -> Rule:
    if not table.values:
        table.fault(f"{table.name} says nothing", hint="name purposes, recipients, categories, kinds or a scope")
    for key in _LISTS:
        if table.values.get(key) == []:
            table.fault(f"{key!r} of {table.name} names nothing", key, "name one at least; left out, it means all")
    scopes = table.known("scope", _some(table.text("scope")), {scope: scope for scope in RULE_SCOPES}.get, RULE_SCOPES)
    return _closed(
        table,
        Rule(
            clause=table.clause,
            permit=permit,
            purposes=_set(table.texts("purposes")),
            recipients=_set(table.words("recipients", RecipientClass)),
            categories=_set(table.texts("categories")),
            kinds=_set(table.words("kinds", MessageKind)),
            scope=scopes[0] if scopes else None,
            when=_when(table, permit=permit),
        ),
    )


def _when(table: Table, *, permit: bool) -> str | None:
    given = table.text("when")
    if permit and given:
        table.fault("a permit has no 'when'", "when", "a permitted use is always one that was stated or accepted")
        return None
    if given == "refused" and "scope" not in table.values:
        table.fault("a refusal is always one of a scope", "when", 'add scope = "marketing" or another')
    found = table.known("when", _some(given), {word: word for word in WHEN}.get, WHEN)
    return found[0] if found else None


def _closed(table: Table, rule: Rule) -> Rule:
    table.close()
    return rule


def _some(text: str) -> tuple[str, ...]:
    return (text,) if text else ()


def _set(values: tuple[Any, ...]) -> frozenset[Any] | None:
    return frozenset(values) or None
