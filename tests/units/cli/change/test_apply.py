"""Test `avow policy apply`: a plan as it was made, in the world that it was made for, or nothing."""

import json
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
from typer.testing import Result

from avow.config import config
from avow.errors import RecordError
from avow.record.attested.attest import waiting
from avow.record.shown.versions import history
from avow.terms import ChannelKind
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


def test_two_people_approve(planned: Path, owner: psycopg.Connection) -> None:
    """One alone is not enough, and the same person does not count twice; what waits can be read."""
    assert _apply(planned).exit_code == 1
    (waits,) = waiting()
    assert waits.words["asks about"] == [
        "The letter of Beacon, towards company: 1 people",
        "The partner programme, towards outside: 1 people",
    ]
    approve("erin@example.com")
    refused = _apply(planned)
    assert (refused.exit_code, "One member of staff must approve" in refused.stderr) == (1, True)
    with pytest.raises(RecordError, match="attested this before"):
        approve("erin@example.com")
    assert owner.execute("SELECT count(*) FROM version").fetchone() == (1,)
    approve("frank@example.com")
    assert _apply(planned).exit_code == 0


def test_a_company_of_one_approves_alone(planned: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With AVOW_APPROVALS=1 one member of staff is enough, and it is said."""
    monkeypatch.setenv("AVOW_APPROVALS", "1")
    config.cache_clear()
    assert "nobody else looks at it" in _apply(planned).stderr
    approve("erin@example.com")
    assert _apply(planned).exit_code == 0


def test_two_plans_of_one_version_are_applied_once(folder: Path) -> None:
    """Both were approved; the second finds its version published."""
    for number in range(20):
        prove(arrive(f"p{number}@example.org"), f"p{number}@example.org")
    come(folder)
    plans = [folder / "one.json", folder / "other.json"]
    for plan in plans:
        assert run("plan", "2027-03-01", "--out", str(plan)).exit_code == 0
        arrive(f"{plan.name}@example.org", by=ChannelKind.INQUIRY)
        assert _apply(plan).exit_code == 1
    assert len(waiting()) == 2
    approve()
    assert _apply(plans[1]).exit_code == 0
    assert all("published already" in str(_apply(plan).exception) for plan in plans)


@pytest.mark.parametrize(("people", "holds"), [(19, False), (20, True)])
def test_a_plan_bears_that_a_few_come_and_go(folder: Path, people: int, holds: bool) -> None:
    """On a site that is open, one in twenty may come between the plan and its application; they are asked as well."""
    for number in range(people - 1):
        prove(arrive(f"p{number}@example.org"), f"p{number}@example.org")
    come(folder)
    out = folder / "plan.json"
    assert run("plan", "2027-03-01", "--out", str(out)).exit_code == 0
    prove(arrive("late@example.org"), "late@example.org")
    done = _apply(out)
    assert ("overtaken" in str(done.exception)) is not holds
    if holds:
        approve()
        assert f"Queued: {people} messages" in _apply(out).stdout


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
