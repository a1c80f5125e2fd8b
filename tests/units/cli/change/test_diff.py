"""Test `avow policy diff` on the bundled versions, without a store."""

import json
from pathlib import Path
from typing import Any

from typer.testing import Result

from tests.units.cli.change.cast import CHANGES, run
from tests.units.policy.example import BROKEN, EXAMPLE

FIRST, SECOND, THIRD = (str(CHANGES / f"{name}.md") for name in ("2025-01-01", "2027-03-01", "2027-09-01"))


def _run(*words: str) -> Result:
    return run("diff", *words)


def _told(*words: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(_run(*words, "--json").stdout)
    return found


def test_the_sequence_begins_with_the_example() -> None:
    """Whoever runs the example can go on with the sequence: its first version is the same file."""
    assert Path(FIRST).read_bytes() == (EXAMPLE / "2025-01-01.md").read_bytes()


def test_new_uses_are_told_one_by_one() -> None:
    """A partner programme and a new letter: each channel, category, purpose and recipient, and nothing lost."""
    told = _told(FIRST, SECOND)
    assert set(told) == {"gained", "lost", "unchanged", "clauses", "other"}
    gained = [tuple(use[name] for name in ("channel", "category", "purpose", "recipient")) for use in told["gained"]]
    ways = [("choice", "contact"), ("order", "contact"), ("order", "profile"), ("registration", "contact")]
    ways += [("registration", "profile")]
    assert sorted(gained) == sorted(
        (*way, *use) for way in ways for use in (("beacon-letter", "company"), ("partners", "outside"))
    )
    assert told["lost"] == []
    assert told["unchanged"] == 168
    assert [one["id"] for one in told["clauses"]["added"]] == ["uses.beacon", "disclosure.partners"]


def test_cookies_retention_and_words_are_told() -> None:
    """The third version: a cookie of advertising, two periods, and two sentences said to mean what they meant."""
    told = _told(SECOND, THIRD)
    other = {(one["what"], one["id"], one["key"]): (one["before"], one["after"]) for one in told["other"]}
    assert other["category", "order", "retention"] == (3650, 2555)
    assert other["category", "support", "retention"] == (1095, 1825)
    assert ("cookie", "harbour_again", "") in other
    reworded = {one["id"]: one["same_meaning"] for one in told["clauses"]["reworded"]}
    assert reworded == {
        "collection.support": False,
        "cookies.list": False,
        "accuracy.correction": True,
        "links.review": True,
    }


def test_the_two_sentences_stand_side_by_side() -> None:
    """The table holds what the clause said and what it says, and who says that it means the same."""
    shown = _run(SECOND, THIRD).stdout
    line = next(line for line in shown.splitlines() if "links.review" in line)
    assert "same meaning, says its author" in line
    assert "So when you arrive somewhere new" in line
    assert "So wherever a link takes you" in line
    assert "0 lost, 178 unchanged" in shown


def test_going_back_loses_what_going_on_gained() -> None:
    """A roll-back is another difference."""
    assert _told(SECOND, FIRST)["lost"] == _told(FIRST, SECOND)["gained"]
    assert _told(FIRST, FIRST)["gained"] == []


def test_what_nobody_vouches_for_is_an_error_of_strict(tmp_path: Path) -> None:
    """A sentence in other words, a vouching for none, and one for a clause whose rules change: each is told."""
    text = Path(THIRD).read_text("utf-8")
    vouched = 'same_meaning = ["accuracy.correction", "links.review"]'
    assert vouched in text
    for given, said in (
        ("", "[links.review] the clause is reworded and no rule of it changes"),
        (
            'same_meaning = ["accuracy.correction", "links.review", "links.others"]',
            "names a clause that is not reworded",
        ),
        ('same_meaning = ["accuracy.correction", "links.review", "cookies.list"]', "names a clause whose rules change"),
    ):
        path = tmp_path / "third.md"
        path.write_text(text.replace(vouched, given), "utf-8")
        strict = _run(SECOND, str(path), "--strict")
        assert strict.exit_code == 1
        assert said in strict.output
        assert _run(SECOND, str(path)).exit_code == 0
    assert _run(SECOND, THIRD, "--strict").exit_code == 0


def test_versions_are_found_by_file_folder_and_name() -> None:
    """A folder stands for its newest version, a name for one of AVOW_POLICIES."""
    assert _told("2025-01-01", str(CHANGES)) == _told(FIRST, THIRD)


def test_what_cannot_be_read_is_told() -> None:
    """A path that leads nowhere, a name that nobody has, a file that is broken."""
    assert "there is no such file" in str(_run("nowhere.md", FIRST).exception)
    assert "there is no version '1999'" in str(_run("1999", FIRST).exception)
    assert "knows no key" in str(_run(FIRST, str(BROKEN / "unknown-key.md")).exception)
