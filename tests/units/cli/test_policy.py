"""Test `avow policy` on files and folders, without a store."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from avow.cli.policy import app
from avow.policy.folder import load
from avow.policy.proof.evidence import EVIDENCE, Evidence
from avow.policy.shown.page import page_hash
from avow.terms import Promise
from tests.units.policy.example import BROKEN, EXAMPLE, ROOT, example

OPEN = str(ROOT / "policies/not-yet.toml")


def _run(*words: str) -> Result:
    return CliRunner().invoke(app, list(words))


@pytest.fixture
def one_open(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Let one promise have no proof, and stand in the list of those that are not kept yet; give its folder."""
    slug = Promise.OPTOUT.slug
    monkeypatch.setattr("avow.cli.policy.EVIDENCE", {**EVIDENCE, slug: Evidence(EVIDENCE[slug].keepers, ())})
    monkeypatch.setattr("avow.cli.policy.NOT_YET", (slug,))
    (tmp_path / "not-yet.toml").write_text(f'ceiling = 1\npromises = ["{slug}"]\n')
    return tmp_path


def test_check_prints_its_object() -> None:
    """The object holds the counts, the open promises and the errors."""
    told = json.loads(_run("check", str(EXAMPLE), "--json", "--not-yet", OPEN).stdout)
    assert {"clauses", "enforced", "evidenced", "informational", "not_yet", "errors"} <= set(told)
    assert told["clauses"] == told["enforced"] + told["evidenced"] + told["informational"] > 40


def test_check_tells_the_open_ones_apart(one_open: Path) -> None:
    """The table counts what is not kept yet by itself, and each such promise is named with what it means."""
    open_list = str(one_open / "not-yet.toml")
    told = json.loads(_run("check", str(EXAMPLE), "--json", "--not-yet", open_list).stdout)
    shown = _run("check", str(EXAMPLE), "--not-yet", open_list).stdout
    rows = {cells[0]: list(map(int, cells[1:])) for cells in map(_cells, shown.splitlines()) if cells[0]}
    assert rows["in all"] == [told[name] for name in ("clauses", "enforced", "evidenced", "informational")]
    assert rows["not kept yet"][0] == sum(rows["not kept yet"][1:]) == told["open"] > 0
    assert rows["not kept yet"][1] < rows["in all"][1]
    for slug in told["not_yet"]:
        assert f"not kept yet {slug}: {Promise.named(slug).meaning}" in shown


def _cells(line: str) -> list[str]:
    cells = [cell.strip() for cell in line.strip("│").split("│")]
    return cells if line.startswith("│") else [""]


@pytest.mark.usefixtures("one_open")
def test_explain_tells_the_open_ones_apart() -> None:
    """A clause whose promise is not kept yet is marked where it begins."""
    shown = _run("explain", str(EXAMPLE)).stdout
    for clause in example().clauses.values():
        waits = Promise.OPTOUT in clause.promises
        assert (f"{clause.id} ({clause.kind.value}, not kept yet)" in shown) is waits, clause.id
    assert "collection.registration (enforced) " in shown


def test_check_fails_on_a_broken_file() -> None:
    """A broken file ends with status 1 and its messages; a list of open promises among the paths is passed over."""
    path = BROKEN / "unknown-key.md"
    result = _run("check", str(path), OPEN, "--json")
    assert result.exit_code == 1
    errors = json.loads(result.stdout)["errors"]
    assert any("knows no key 'retain'" in error for error in errors)
    assert "knows no key 'retain'" in _run("check", str(path)).stdout


def test_check_of_a_path_that_is_not_there() -> None:
    """A path that leads nowhere is told as that, with status 1."""
    result = _run("check", "nowhere/policy.md")
    assert result.exit_code == 1
    assert "nowhere/policy.md: there is no such file (give a version's file" in result.stdout


def test_what_is_read_by_a_program_is_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a terminal no hash is cut, no sentence broken; a narrow one goes on in the next line."""
    monkeypatch.delenv("COLUMNS", raising=False)
    history = load(EXAMPLE)
    shown = _run("show", str(EXAMPLE)).stdout
    assert page_hash(history.policies[-1]).hex() in shown
    assert "…" not in shown
    sentences = [clause.text for clause in history.policies[-1].clauses.values()]
    explained = _run("explain", str(EXAMPLE)).stdout
    assert all(sentence in explained for sentence in sentences)
    assert "…" not in CliRunner(env={"COLUMNS": "60"}).invoke(app, ["show", str(EXAMPLE)]).stdout


def test_check_takes_many() -> None:
    """Counts are summed over what was named, and the errors are all there."""
    one = json.loads(_run("check", str(EXAMPLE), "--json", "--not-yet", OPEN).stdout)
    two = json.loads(_run("check", str(EXAMPLE), str(BROKEN / "no-title.md"), "--json", "--not-yet", OPEN).stdout)
    assert two["clauses"] == one["clauses"]
    assert len(two["errors"]) == len(one["errors"]) + 1


def test_render_gives_three_forms() -> None:
    """HTML, plain text and JSON-LD, each of the version named."""
    assert '<section id="optout">' in _run("render", str(EXAMPLE), "--as", "html").stdout
    assert "Opt-Out Option\n--------------" in _run("render", str(EXAMPLE)).stdout
    told = json.loads(_run("render", str(EXAMPLE), "--as", "jsonld", "--version", "2025-01-01").stdout)
    assert told["@type"] == "dpv:PrivacyNotice"


def test_explain_names_rules_and_laws() -> None:
    """Each clause stands with its promises and rules in words, and the laws at the end."""
    text = " ".join(_run("explain", str(EXAMPLE)).stdout.split())
    assert "optout.stop" in text
    assert "Never: what lies in the scope marketing when that is refused." in text
    assert "Laws that hold for every policy" in text


def test_show_prints_versions_and_bits(tmp_path: Path) -> None:
    """The version with its hash, and each bit with what it means; a lone file is a history of one."""
    path = tmp_path / "one.md"
    path.write_text((EXAMPLE / "2025-01-01.md").read_text("utf-8"), "utf-8")
    for where in (str(EXAMPLE), str(path)):
        text = _run("show", where).stdout
        assert "2025-01-01" in text
        assert "newsletter" in text
