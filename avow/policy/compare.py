"""Compare what two versions say: clauses, rules, declarations and front matter, each with what it was and is."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, fields, is_dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from avow.errors import PolicyError
from avow.policy.document import Clause, Policy
from avow.policy.meaning.laws import PREFIX
from avow.policy.shown.write import kinds
from avow.terms import Promise, Relation

_FRONT = ("company", "postal", "mailbox", "sites", "timezone", "language", "name")


@dataclass(frozen=True, slots=True)
class Reworded:
    """A clause in other words: what it said, what it says, and whether its rules or what it declares differ too.

    `asserted` says that the author vouches for the meaning being the same.
    """

    id: str
    before: str
    after: str
    ruled: bool
    asserted: bool


@dataclass(frozen=True, slots=True)
class Other:
    """Another thing that differs: of which kind, its id, which key, and its values (None where it is not there)."""

    what: str
    id: str
    key: str
    before: object
    after: object


@dataclass(frozen=True, slots=True)
class Compared:
    """What two versions say differently, and what is wrong with how the new one says it."""

    added: tuple[Clause, ...]
    removed: tuple[Clause, ...]
    reworded: tuple[Reworded, ...]
    other: tuple[Other, ...]
    faults: tuple[PolicyError, ...]


def compare(old: Policy, new: Policy) -> Compared:
    """Compare two versions, in the order of the new one and then of the old one.

    A fault is a clause in other words that neither changes a rule nor is asserted to mean the same, and an
    assertion about a clause that was not reworded, or whose rules changed.
    """
    before, after = _own(old), _own(new)
    reworded = tuple(
        Reworded(name, before[name].text, now.text, _ruled(old, new, name), name in new.front.same_meaning)
        for name, now in after.items()
        if name in before and before[name].text != now.text
    )
    return Compared(
        added=tuple(clause for name, clause in after.items() if name not in before),
        removed=tuple(clause for name, clause in before.items() if name not in after),
        reworded=reworded,
        other=tuple(_others(old, new)),
        faults=tuple(_faults(new, reworded)),
    )


def _own(policy: Policy) -> dict[str, Clause]:
    return {name: clause for name, clause in policy.clauses.items() if not name.startswith(PREFIX)}


def _faults(new: Policy, reworded: tuple[Reworded, ...]) -> Iterator[PolicyError]:
    for one in reworded:
        if not one.ruled and not one.asserted:
            hint = f'if it means the same, write same_meaning = ["{one.id}"] in the front matter; else change its rules'
            yield _fault(new, one.id, "the clause is reworded and no rule of it changes", hint)
    found = {one.id: one for one in reworded}
    for name in new.front.same_meaning:
        if name not in found:
            yield _fault(new, name, "'same_meaning' names a clause that is not reworded", "take it out")
        elif found[name].ruled:
            hint = "what changes its rules cannot mean the same; take it out"
            yield _fault(new, name, "'same_meaning' names a clause whose rules change", hint)


def _fault(policy: Policy, clause: str, message: str, hint: str) -> PolicyError:
    line = policy.clauses[clause].line if clause in policy.clauses else 1
    return PolicyError(message, path=policy.path, line=line, clause=clause, hint=hint)


def _ruled(old: Policy, new: Policy, clause: str) -> bool:
    """Say whether a clause changes what it does: its class, promises or rules, or what it declares."""
    was, now = old.clauses[clause], new.clauses[clause]
    same = (was.kind, was.promises, was.rules) == (now.kind, now.promises, now.rules)
    return not same or _said(old, clause) != _said(new, clause)


def _said(policy: Policy, clause: str) -> list[object]:
    return [one for _, declared in _declared(policy) for one in declared.values() if one.clause == clause]


def _declared(policy: Policy) -> Iterator[tuple[str, Mapping[Any, Any]]]:
    yield from kinds(policy)
    yield "changes", {"": policy.changes} if policy.changes else {}


def _others(old: Policy, new: Policy) -> Iterator[Other]:
    for key in _FRONT:
        yield from _value("front", "", key, getattr(old.front, key), getattr(new.front, key))
    for (what, was), (_, now) in zip(_declared(old), _declared(new), strict=True):
        for name in dict.fromkeys([*now, *was]):
            yield from _declaration(what, str(name), was.get(name), now.get(name))
    for name in dict.fromkeys([*new.recipients, *old.recipients]):
        yield from _value("recipient", str(name), "title", old.recipients.get(name), new.recipients.get(name))
    before, after = _own(old), _own(new)
    for name in dict.fromkeys([*after, *before]):
        if name in before and name in after:
            for key in ("kind", "promises", "rules"):
                yield from _value("clause", name, key, getattr(before[name], key), getattr(after[name], key))


def _declaration(what: str, name: str, was: Any, now: Any) -> Iterator[Other]:
    if was is None or now is None:
        yield Other(what, name, "", plainly(was), plainly(now))
        return
    for key in (field.name for field in fields(now)):
        if key != "clause":  # where it stands is no part of what it says
            yield from _value(what, name, key, getattr(was, key), getattr(now, key))


def _value(what: str, name: str, key: str, was: object, now: object) -> Iterator[Other]:
    if was != now:
        yield Other(what, name, key, plainly(was), plainly(now))


def plainly(value: object) -> Any:
    """Give a value of a policy as JSON has it: sets in order, relations and promises by their names."""
    if isinstance(value, frozenset):
        return sorted(plainly(part) for part in value)
    if isinstance(value, tuple | list):
        return [plainly(part) for part in value]
    if isinstance(value, dict):
        return {str(name): plainly(part) for name, part in value.items()}
    if isinstance(value, Promise):
        return value.slug
    return value.name.lower().replace("_", "-") if isinstance(value, Relation) else _simple(value)


def _simple(value: object) -> Any:
    """Give a declaration as a table, a word or an instant as text, and what is left as it is."""
    if isinstance(value, datetime):
        return value.isoformat()
    if is_dataclass(value) and not isinstance(value, type):
        return plainly(asdict(value))
    return str(value) if isinstance(value, StrEnum) else value
