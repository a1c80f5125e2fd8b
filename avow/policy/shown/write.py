"""Write a policy as the text of a file, such that reading it gives the same policy."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from avow.policy.document import Category, Clause, FormField, Front, Policy, Purpose, Rule
from avow.policy.grammar.chunks import chunks
from avow.policy.grammar.front import FENCE
from avow.policy.grammar.sections import marks
from avow.policy.grammar.toml import key, table, value
from avow.policy.meaning.declarations import UNTIL_ASKED
from avow.terms import ClauseClass, RecipientClass

_RULES = ("~~~avow", "~~~")


def write(policy: Policy) -> str:
    """Give the text of a policy: each block of prose with the rules that it binds directly beneath."""
    parts = ["\n".join([FENCE, *_front(policy), FENCE])]
    for number, section in enumerate(policy.sections):
        parts.append(f"{'##' if number else '#'} {section.title} {{#{section.id}}}")
        for chunk in chunks(section.prose):
            parts.append(chunk)
            ids = [name for name in marks(chunk) if name in section.clauses]
            if tables := [part for name in ids for part in _clause(policy, policy.clauses[name])]:
                parts.append(f"{_RULES[0]}\n" + "\n\n".join(tables) + f"\n{_RULES[1]}")
    return "\n\n".join(parts) + "\n"


def _front(policy: Policy) -> Iterator[str]:
    front = _some(policy.front, *Front.__dataclass_fields__)
    yield from (f"{name} = {value(part)}" for name, part in front.items() if part not in {None, ()})


def _clause(policy: Policy, clause: Clause) -> Iterator[str]:
    """Give the table of a clause, then the tables of what it declares."""
    declared = list(_declared(policy, clause.id))
    keys: dict[str, object] = {
        "class": None if clause.kind is ClauseClass.ENFORCED else clause.kind,
        "promises": [promise.slug for promise in clause.promises] or None,
        "permit": [_rule(rule) for rule in clause.rules if rule.permit] or None,
        "forbid": [_rule(rule) for rule in clause.rules if not rule.permit] or None,
    }
    if declared or any(keys.values()):
        yield table(f"[clause.{value(clause.id)}]", keys)
        yield from declared


def _rule(rule: Rule) -> dict[str, object]:
    given = _some(rule, "purposes", "recipients", "categories", "kinds", "scope", "when")
    return {name: part for name, part in given.items() if part is not None}


def _declared(policy: Policy, clause: str) -> Iterator[str]:
    """Give the tables of what a clause declares, kind by kind."""
    for recipient, title in policy.recipients.items():
        if _speaks(policy, recipient) == clause:
            yield table(f"[recipient.{key(recipient)}]", {"title": title})
    for kind, declared in kinds(policy):
        for name, one in declared.items():
            if one.clause == clause:
                yield table(f"[{kind}.{key(name)}]", _KEYS[kind](one))
    if policy.changes and policy.changes.clause == clause:
        yield table("[changes]", _some(policy.changes, "notice_days", "different_use"))


def kinds(policy: Policy) -> Iterator[tuple[str, Mapping[Any, Any]]]:
    """Give each kind of declaration by its word, with those of a policy."""
    yield "topic", policy.topics
    yield "category", policy.categories
    yield "purpose", policy.purposes
    yield "channel", policy.channels
    yield "cookie", policy.cookies
    yield "processor", policy.processors
    yield "right", policy.rights
    yield "exemption", policy.exemptions


def _speaks(policy: Policy, kind: RecipientClass) -> str:
    """Find the first clause whose rules name a recipient class, or else the first clause."""
    ids = [name for section in policy.sections for name in section.clauses]
    named = (name for name in ids if any(kind in (rule.recipients or ()) for rule in policy.clauses[name].rules))
    return next(named, ids[0])


def _category(one: Category) -> dict[str, object]:
    retention = UNTIL_ASKED if one.retention is None else one.retention
    return {"title": one.title, "retention": retention, "fields": [_field(part) for part in one.fields] or None}


def _field(one: FormField) -> dict[str, object]:
    given = _some(one, "id", "label", "type", "required", "options", "hint", "lookup")
    return {name: part for name, part in given.items() if part not in {"", ()}}


def _purpose(one: Purpose) -> dict[str, object]:
    told = ("title", "states", "kind", "default", "scope", "categories", "recipients", "needs", "dpv", "box", "topic")
    keys = (*told, "retention")
    return {name: part or None for name, part in _some(one, *keys).items()}


def _filled(one: object, *keys: str) -> dict[str, object]:
    return {name: part for name, part in _some(one, *keys).items() if part not in {"", (), None}}


def _some(one: object, *keys: str) -> dict[str, object]:
    return {name: getattr(one, name) for name in keys}


_KEYS: Mapping[str, Callable[[Any], dict[str, object]]] = {
    "topic": lambda one: _some(one, "title"),
    "category": _category,
    "purpose": _purpose,
    "channel": lambda one: _some(one, "title", "collects", "states") | _filled(one, "mailbox"),
    "cookie": lambda one: _filled(one, "title", "party", "processor", "lifetime", "necessary"),
    "processor": lambda one: _filled(one, "title", "agreement", "since", "until", "scripts", "images", "sends"),
    "right": lambda one: _some(one, "title", "ways", "days"),
    "exemption": lambda one: _some(one, "relation", "notice"),
}
"""What is written of each kind of declaration."""
