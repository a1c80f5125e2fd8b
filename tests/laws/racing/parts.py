"""Divide a long proof into parts, and remember on the disk which of them passed on this tree."""

import json
import os
from pathlib import Path

from tests.soak import tree

_VAR = Path(__file__).parents[3] / "var"
SOAK = bool(os.environ.get("AVOW_SOAK"))
"""Whether the proof is run at full length."""


def parts(many: int) -> range:
    """Give the parts to run: one, or so many at full length."""
    return range(many if SOAK else 1)


def passed(proof: str) -> list[int]:
    """Give the parts of a proof that passed on this tree; none where it is not run at full length."""
    told = json.loads(_file(proof).read_text()) if SOAK and _file(proof).exists() else {}
    return list(told["parts"]) if told.get("tree") == tree() else []


def note(proof: str, part: int) -> None:
    """Remember that a part passed."""
    if SOAK:
        _VAR.mkdir(exist_ok=True)
        _file(proof).write_text(json.dumps({"tree": tree(), "parts": [*passed(proof), part]}))


def _file(proof: str) -> Path:
    return _VAR / f"soak-{proof}.json"
