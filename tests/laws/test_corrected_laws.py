"""Prove that a corrected value is never seen as current again, by any reader, through any history."""

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from avow.policy.folder import load
from avow.policy.proof.keeps import proves
from avow.record.pinned import aside
from avow.record.shown.versions import publish
from avow.store.server.embedded import Embedded
from avow.terms import Promise
from tests.laws.corrected.play import Step, played
from tests.laws.corrected.words import WORDS
from tests.units.accuracy.again.older import Older, older

RUNS = 500 if os.environ.get("SOAK") else 4
VERBS = ("correct", "correct", "decide", "feed", "feed", "bring", "join", "part", "move", "copy", "back", "change")
SAID = [word for words in WORDS.values() for word in words]
steps = st.tuples(st.sampled_from(VERBS), st.integers(0, 4), st.integers(0, 2), st.sampled_from([*SAID, "-"]))
"""One step of a history; a dash empties a field."""
FED: list[Step] = [("correct", 0, 0, "Ash"), ("feed", 0, 0, "Birch")]
MERGED: list[Step] = [("correct", 0, 0, "Ash"), ("join", 0, 1, "")]
RESTORED: list[Step] = [("copy", 0, 0, ""), ("correct", 0, 0, "Ash"), ("back", 0, 0, ""), ("feed", 0, 0, "Birch")]
BROUGHT: list[Step] = [("feed", 0, 0, "Elm"), ("correct", 0, 1, "Ash"), ("bring", 0, 2, "Elm")]


@pytest.fixture
def start(store: Embedded) -> Older:
    """Give a store in which the policy is published, to begin each history from."""
    publish(load("policies/example"))
    return older(store)


@proves(Promise.CORRECTION, "S30")
@settings(max_examples=RUNS, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=st.lists(steps, min_size=3, max_size=14))
def test_a_corrected_value_is_never_current_again(start: Older, tmp_path: Path, history: list[Step]) -> None:
    """Whatever is fed, imported, merged, parted, restored, moved or stated anew: no reader shows what was put right."""
    with played(start, tmp_path) as world:
        for step in history:
            world.step(step)
        assert world.wrong() == []


@pytest.mark.parametrize("history", [FED, MERGED, RESTORED, BROUGHT])
def test_the_pin_is_what_keeps_it(
    start: Older, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, history: list[Step]
) -> None:
    """With the pin it holds in the shortest histories of each sort; with the pin taken out, some reader shows it."""
    with played(start, tmp_path) as world:
        for step in history:
            world.step(step)
        assert world.wrong() == []
    monkeypatch.setattr(aside, "ASIDE", 0)
    monkeypatch.setattr("avow.record.pinned.brought.ASIDE", 0)
    with played(start, tmp_path) as world:
        for step in history:
            world.step(step)
        assert world.wrong()
