"""List what a person can choose, both ways, and how it stands now."""

from collections.abc import Iterator
from dataclasses import dataclass

from avow.policy.document import Policy, Purpose
from avow.policy.history import scope_named
from avow.record.said.choices import Chosen, Standing
from avow.record.said.fold import Target
from avow.terms import Answer, Default, RecipientClass, Scope

NOTHING = Standing(0, frozenset(), frozenset(), frozenset(), frozenset(), 0)
"""How somebody stands who chose nothing: what there is to choose needs no more."""


@dataclass(frozen=True, slots=True)
class Option:
    """One thing to choose: its name in the form, its words, whether it is allowed now, what a change writes down.

    `under` says which wider refusal keeps it from happening even if it is allowed; `ticked` that somebody ticked
    it with the address, which is no yes until its holder gives it.
    """

    name: str
    title: str
    words: tuple[str, ...]
    on: bool
    yes: Chosen
    no: Chosen
    under: str = ""
    ticked: bool = False


def options(policy: Policy, standing: Standing = NOTHING) -> tuple[Option, ...]:
    """Give everything optional, then each scope, then what is within it."""
    return tuple(_options(policy, standing))


def _options(policy: Policy, standing: Standing) -> Iterator[Option]:
    optional = [purpose for purpose in policy.purposes.values() if _choosable(purpose)]
    everything = "Everything optional"
    yield _scope(Scope.OPTIONAL, everything, tuple(purpose.title for purpose in optional), standing)
    stopped = everything if standing.refused & Scope.OPTIONAL.mask else ""
    for name in dict.fromkeys(purpose.scope for purpose in optional):
        scope, inside = scope_named(name), [purpose for purpose in optional if purpose.scope == name]
        if scope is not Scope.OPTIONAL and (len(inside) > 1 or inside[0].default is Default.UNTIL_REFUSED):
            title = "All marketing mail" if scope is Scope.MARKETING else inside[0].title
            yield _scope(scope, title, tuple(purpose.states for purpose in inside), standing, stopped)
        if scope is Scope.MARKETING or inside[0].default is Default.ON_YES:
            closed = stopped or ("All marketing mail" if standing.refused & scope.mask else "")
            yield from (_purpose(purpose, standing, closed) for purpose in inside)


def _choosable(purpose: Purpose) -> bool:
    """Say whether a person chooses it here: it is optional, and no organization needs to be named for it."""
    return bool(purpose.scope) and purpose.default is not None and RecipientClass.OUTSIDE not in purpose.recipients


def _scope(scope: Scope, title: str, words: tuple[str, ...], standing: Standing, under: str = "") -> Option:
    on = not standing.refused & scope.mask
    yes, no = Chosen(Answer.YES, scope=scope), Chosen(Answer.NO, scope=scope)
    return Option(f"scope-{scope.name.lower()}", title, words, on, yes, no, under)


def _purpose(purpose: Purpose, standing: Standing, under: str) -> Option:
    on = purpose.id in standing.accepted if purpose.default is Default.ON_YES else purpose.id not in standing.left
    yes, no = Chosen(Answer.YES, purpose=purpose.id), Chosen(Answer.NO, purpose=purpose.id)
    ticked = not on and Target("purpose", purpose.id) in standing.pending
    return Option(f"purpose-{purpose.id}", purpose.title, (purpose.states,), on, yes, no, under, ticked)
