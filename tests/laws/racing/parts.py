"""Divide a long proof into parts, and remember on the disk which of them passed on this tree."""

import os
from pathlib import Path
from typing import Final

from tests.soak import tree

WHOLE: Final = "AVOW_EVERY_PART"
"""The variable that asks for every part."""
_VAR: Final = Path(__file__).parents[3] / "var"


def parts(many: int) -> range:
    """Give the parts to run: one, or so many where all are asked for."""
    return range(many if WHOLE in os.environ else 1)


def passed(proof: str, part: int) -> bool:
    """Say whether a part of a proof passed on this tree; never where one alone is run."""
    return WHOLE in os.environ and _file(proof, part).exists()


def note(proof: str, part: int) -> None:
    """Remember that a part passed."""
    if WHOLE in os.environ:
        _file(proof, part).parent.mkdir(parents=True, exist_ok=True)
        _file(proof, part).touch()


def _file(proof: str, part: int) -> Path:
    return _VAR / f"soak-{proof}" / tree() / str(part)
