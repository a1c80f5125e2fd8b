"""Test the verbs that tell of kinds, as they are typed."""

import json

import pytest
from typer.testing import CliRunner

from avow.cli.insight import insight
from avow.cli.main import app
from avow.errors import AvowError
from tests.units.gate.conftest import published
from tests.units.uses.insight.cast import MONTH, came

__all__ = ["published"]
pytestmark = pytest.mark.usefixtures("published")


@pytest.fixture(autouse=True)
def here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stay with the store of the test."""
    monkeypatch.setattr(insight, "connect", lambda: None)


def said(*words: str) -> str:
    """Run a verb and give what it printed."""
    done = CliRunner().invoke(app, ["insight", *words], catch_exceptions=False)
    assert done.exit_code == 0
    return done.stdout


def test_a_month_is_told_listed_and_shown() -> None:
    """What is told once is shown again as it was, in words and as JSON; a second count is refused."""
    came(26, "Germany")
    first = said("release", str(MONTH), "--json")
    assert json.loads(first[first.index("{") :])["tables"][1]["total"] == 25
    assert str(MONTH) in said("list")
    for words in (("show",), ("show", str(MONTH))):
        assert "Country" in said(*words)
        assert "Rounded to 5" in said(*words)
    with pytest.raises(AvowError, match="was told before"):
        said("release", str(MONTH))


def test_what_is_not_there_is_said_and_of_few_nothing_is_told() -> None:
    """No month, an open one and none that was told are errors; a month of few people has no figure."""
    for words in (("show",), ("show", "2025-02"), ("release", "today"), ("release", "2099-01")):
        with pytest.raises(AvowError):
            said(*words)
    came(3, "Germany")
    assert "nothing can be told" in said("release", str(MONTH))
