"""Let versions of the bundled sequence come, and run the commands of a change."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from typer.testing import CliRunner, Result

from avow.cli.main import app
from avow.record.attested.attest import attest, waiting
from tests.units.policy.example import ROOT

CHANGES = ROOT / "policies/changes"


YEAR = max(2027, (datetime.now(UTC) + timedelta(days=400)).year)
"""The year in which they take effect in tests, so that there is time to tell of them whenever the tests are run."""


def come(folder: Path, *names: str) -> None:
    """Put versions into a folder, to take effect in YEAR; both that follow the first, if none is named."""
    for name in names or ("2027-03-01", "2027-09-01"):
        words = (CHANGES / f"{name}.md").read_text()
        (folder / f"{name}.md").write_text(words.replace("effective = 2027-", f"effective = {YEAR}-"))


def approve(*staff: str) -> None:
    """Let members of staff approve whatever waits; two, if none is named."""
    for one in waiting():
        for name in staff or ("erin@example.com", "frank@example.com"):
            attest(one.digest, name)


def run(*words: str) -> Result:
    """Run `avow policy`, on a wide screen."""
    return CliRunner(env={"COLUMNS": "400"}).invoke(app, ["policy", *words])
