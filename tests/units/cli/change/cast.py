"""Let versions of the bundled sequence come, and run the commands of a change."""

import shutil
from pathlib import Path

from typer.testing import CliRunner, Result

from avow.cli.main import app
from avow.record.attested.attest import attest, waiting
from tests.units.policy.example import ROOT

CHANGES = ROOT / "policies/changes"


def come(folder: Path, *names: str) -> None:
    """Put versions into a folder; both that follow the first, if none is named."""
    for name in names or ("2027-03-01", "2027-09-01"):
        shutil.copy(CHANGES / f"{name}.md", folder)


def approve(*staff: str) -> None:
    """Let members of staff approve whatever waits; two, if none is named."""
    for one in waiting():
        for name in staff or ("erin@example.com", "frank@example.com"):
            attest(one.digest, name)


def run(*words: str) -> Result:
    """Run `avow policy`, on a wide screen."""
    return CliRunner(env={"COLUMNS": "400"}).invoke(app, ["policy", *words])
