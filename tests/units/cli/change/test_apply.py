"""Test `avow policy apply`: a plan as it was made, in the world that it was made for, or nothing."""

import json
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
from typer.testing import Result

from avow.record.shown.versions import history
from avow.updates.plan import digest
from tests.units.cli.change.cast import approve, come, run
from tests.units.gate.cast import arrive, prove

Spoil = Callable[[dict[str, object]], None]


@pytest.fixture
def planned(folder: Path) -> Path:
    """Give the file of a plan that asks Alice."""
    prove(arrive("alice@example.org"), "alice@example.org")
    come(folder)
    out = folder / "plan.json"
    assert run("plan", "2027-03-01", "--out", str(out)).exit_code == 0
    return out


def _apply(path: Path) -> Result:
    return run("apply", str(path))


def test_a_plan_is_applied_once(planned: Path) -> None:
    """Its version alone is published; the next one waits for a plan of its own, and the same plan is refused."""
    assert _apply(planned).exit_code == 1
    approve()
    done = _apply(planned)
    assert done.exit_code == 0, done.exception
    assert "Published version 2027-03-01" in done.stdout
    assert "Queued: 1 messages." in done.stdout
    assert [policy.front.version for policy in history().policies] == ["2025-01-01", "2027-03-01"]
    assert "published already" in str(_apply(planned).exception)


def test_a_plan_that_the_world_has_overtaken_is_refused(planned: Path, owner: psycopg.Connection) -> None:
    """Somebody more would be touched: nothing is published."""
    arrive("bob@example.org")
    assert "the world has overtaken this plan" in str(_apply(planned).exception)
    assert owner.execute("SELECT count(*) FROM version").fetchone() == (1,)


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda told: told.update(mail=0), "not a plan as it was made"),
        (lambda told: told.update(mail=0, hash=digest({**told, "mail": 0})), "overtaken this plan"),
        (lambda told: told.pop("version"), "not a plan as it was made"),
    ],
)
def test_a_plan_edited_by_hand_is_refused(planned: Path, owner: psycopg.Connection, spoil: Spoil, said: str) -> None:
    """Whoever changes the file changes its hash; whoever changes the hash too says what planning anew does not."""
    told = json.loads(planned.read_text())
    spoil(told)
    planned.write_text(json.dumps(told))
    assert said in str(_apply(planned).exception)
    assert owner.execute("SELECT count(*) FROM version").fetchone() == (1,)


@pytest.mark.parametrize("words", ["", "[]", "{", '{"version": 1}'])
def test_what_is_no_plan_is_refused(planned: Path, words: str) -> None:
    """An empty file, a list, half a file, a table of something else."""
    planned.write_text(words)
    assert _apply(planned).exit_code == 1
    assert "plan" in str(_apply(planned).exception)
