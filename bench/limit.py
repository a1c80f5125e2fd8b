"""Tell what is held against a limit alone: the less, the better; and time an act."""

import time
from collections.abc import Callable


def limit(name: str, value: float, unit: str, against: str, marks: tuple[float, float]) -> dict[str, object]:
    """Give the result of a measurement that is its own ratio; `marks` are what it must reach, and its aim."""
    return {
        "name": name,
        "value": round(value, 1),
        "unit": unit,
        "against": against,
        "ratio": round(value, 1),
        "resolve": marks[0],
        "goal": marks[1],
        "better": "lower",
    }


def timed(act: Callable[[], object]) -> float:
    """Give how long an act takes (s)."""
    began = time.perf_counter()
    act()
    return time.perf_counter() - began
