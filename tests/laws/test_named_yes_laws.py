"""The law of the named yes: whoever lacks it is in no file, whatever anybody said before, in whatever order."""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from avow.disclosure.outside.disclose import Wanted, preview, preview_one
from avow.policy.folder import load
from avow.record.outside.register import given_of
from avow.record.said.choices import Chosen, choose
from avow.record.shown.versions import publish
from avow.store.server.embedded import Embedded
from avow.terms import Actor, Answer, Scope
from tests.units.disclosure.giving import acme, beacon, rows
from tests.units.disclosure.giving import given as give
from tests.units.record.cast import arrive, reach_of

ACTS = ("acme", "beacon", "purpose", "disclosure", "optional", "marketing")
ACTORS = (Actor.PERSON_VERIFIED, Actor.PERSON_VERIFIED, Actor.PERSON_UNVERIFIED, Actor.STAFF, Actor.IMPORT)
Step = tuple[str, Answer, Actor]
steps = st.lists(st.tuples(st.sampled_from(ACTS), st.sampled_from(Answer), st.sampled_from(ACTORS)), max_size=6)
YES: Step = ("acme", Answer.YES, Actor.PERSON_VERIFIED)


def chosen(act: str, answer: Answer) -> Chosen:
    """Give the choice that an act is."""
    if act in {"acme", "beacon"}:
        return Chosen(answer, list=f"to.{act}")
    return Chosen(answer, purpose="outside-marketing") if act == "purpose" else Chosen(answer, scope=Scope[act.upper()])


@dataclass
class Model:
    """What stands of one person, in the plainest words: the names said yes to, what is refused, what is accepted."""

    named: set[str] = field(default_factory=set)
    refused: set[str] = field(default_factory=set)
    accepted: bool = False

    def step(self, act: str, answer: Answer, actor: Actor) -> None:
        """Let anybody say no, and the person alone say yes."""
        if answer is Answer.YES and actor is not Actor.PERSON_VERIFIED:
            return
        yes = answer is Answer.YES
        match act:
            case "acme" | "beacon":
                (self.named.add if yes else self.named.discard)(act)
                self.accepted |= yes
            case "purpose":
                self.accepted = yes
                self.named = self.named if yes else set()
            case _:
                (self.refused.discard if yes else self.refused.add)(act)

    @property
    def given(self) -> bool:
        """Say whether the person may be given to Acme."""
        return "acme" in self.named and self.accepted and not self.refused & {"disclosure", "optional"}


@pytest.fixture(scope="module")
def rounds() -> Iterator[int]:
    """Give each example a number, so that it has people of its own."""
    return itertools.count()


@pytest.fixture
def registered(store: Embedded) -> None:  # noqa: ARG001 -- the store must stand first
    """Publish the example policy, and register two organizations."""
    publish(load("policies/example"))
    acme(), beacon()


@settings(max_examples=3, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example(histories=[[], [YES], [YES, ("acme", Answer.NO, Actor.STAFF)], [YES, ("purpose", Answer.NO, Actor.IMPORT)]])
@given(histories=st.lists(steps, min_size=4, max_size=6))
@pytest.mark.usefixtures("registered")
def test_whoever_lacks_the_named_yes_is_in_no_file(
    rounds: Iterator[int], histories: Sequence[Sequence[Step]], tmp_path: Path
) -> None:
    """A file holds exactly those whose own yes to that name stands unrefused; the counts and each reason agree."""
    number, models = next(rounds), dict[UUID, Model]()
    for place, history in enumerate(histories):
        address = f"p{place}.{number}@example.org"
        person = arrive(address, proven=True)
        models[person] = Model()
        for act, answer, actor in history:
            choose(chosen(act, answer), actor, "drawn", person, reach_of(address))
            models[person].step(act, answer, actor)
    wanted = Wanted("acme", f"letter {number}", "olga@example.com")
    before = preview(wanted)
    done = give(wanted, tmp_path / f"{number}.csv")
    expected = {person for person, model in models.items() if model.given}
    assert {person for person in models if given_of(person)} == expected
    assert {person for person in models if not preview_one(wanted, person)} == expected
    assert done.people == before.allowed == len(rows(tmp_path / f"{number}.csv"))
    assert sum(before.reasons.values()) >= len(models) - len(expected)
