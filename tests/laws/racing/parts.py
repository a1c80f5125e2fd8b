"""Divide a long proof into parts, and keep on the disk what each came to on this tree; say how fast it goes."""

import json
import os
import sys
import time
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from tests.soak import tree

WHOLE: Final = "SOAK_EVERY_PART"
"""The variable that asks for every part; it names the folder in which is kept what passed."""

Found = Mapping[str, int]
"""What a part came to, counted."""


def whole() -> bool:
    """Say whether every part is asked for."""
    return WHOLE in os.environ


def parts(many: int) -> range:
    """Give the parts to run: one, or so many where all are asked for."""
    return range(many if whole() else 1)


def passed(proof: str, part: int) -> bool:
    """Say whether a part of a proof passed on this tree; never where one alone is run."""
    return whole() and _file(proof, part).exists()


def note(proof: str, part: int, began: float, count: int, of: int, found: Found | None = None) -> None:
    """Keep what a part came to that began at an instant (monotonic), and say how far the whole is, of so many."""
    if not whole():
        return
    told = {"count": count, "seconds": round(time.monotonic() - began), **(found or {})}
    path = _file(proof, part)
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(".new")
    fresh.write_text(json.dumps(told) + "\n")
    fresh.replace(path)
    so_far = total(proof)
    pace = so_far["count"] / max(1, so_far["seconds"])
    end = datetime.now().astimezone() + timedelta(seconds=(of - so_far["count"]) / pace)
    sys.stdout.write(
        f"{proof}: {so_far['count']:,} of {of:,}, {pace:.0f} a second, to end about {end:%Y-%m-%d %H:%M};"
        f" kept in {path.parent}\n"
    )
    sys.stdout.flush()


def total(proof: str) -> dict[str, int]:
    """Add up what the parts came to that passed on this tree."""
    found: dict[str, int] = {}
    for path in _file(proof, 0).parent.glob("*.json"):
        for name, count in json.loads(path.read_text()).items():
            found[name] = found.get(name, 0) + count
    return found


def _file(proof: str, part: int) -> Path:
    return Path(os.environ[WHOLE]) / f"soak-{proof}" / tree() / f"{part}.json"
