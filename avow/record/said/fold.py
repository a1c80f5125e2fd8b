"""Fold choices into what is refused: a semilattice, so that no order and no repetition matters; pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import reduce
from typing import Literal

from avow.terms import Actor, Answer


@dataclass(frozen=True, slots=True)
class Target:
    """What a choice is about: the bit of a scope or topic, the id of a list, or the id of a purpose."""

    kind: Literal["scope", "list", "purpose"]
    id: int | str


@dataclass(frozen=True, slots=True)
class Act:
    """A choice as the fold sees it; its number was given under the lock of its person and reach."""

    target: Target
    answer: Answer
    actor: Actor
    no: int


def target(scope: int | None, list_: str | None, purpose: str | None) -> Target:
    """Give the target of a stored choice, which names exactly one."""
    if scope is not None:
        return Target("scope", scope)
    return Target("list", list_) if list_ is not None else Target("purpose", str(purpose))


State = Mapping[Target, tuple[int, int]]
"""For each target the highest number of a no, and of a yes by a verified act; 0 is never."""

NOTHING: State = {}


def after(act: Act) -> State:
    """Give the state after one act alone; a yes of anyone but the verified person leaves none."""
    if act.answer is Answer.NO:
        return {act.target: (act.no, 0)}
    return {act.target: (0, act.no)} if act.actor.loosens else NOTHING


def join(one: State, other: State) -> State:
    """Join two states: the higher number of each kind wins; commutative, associative, idempotent."""
    joined = dict(one)
    for target, (no, yes) in other.items():
        before = joined.get(target, (0, 0))
        joined[target] = (max(before[0], no), max(before[1], yes))
    return joined


def fold(acts: Iterable[Act]) -> State:
    """Fold acts in any order."""
    return reduce(join, map(after, acts), NOTHING)


def refused(state: State, target: Target) -> bool:
    """Say whether a target is refused: a no that no later verified yes answers; a draw is a no."""
    no, yes = state.get(target, (0, 0))
    return no > 0 and no >= yes


def accepted(state: State, target: Target) -> bool:
    """Say whether a target was said yes to, by a verified act that no later no answers."""
    no, yes = state.get(target, (0, 0))
    return yes > no


def refused_mask(state: State) -> int:
    """Give the mask of the scopes and topics that are refused."""
    return sum(1 << int(target.id) for target in state if target.kind == "scope" and refused(state, target))
