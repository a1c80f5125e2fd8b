"""Say how far a measurement came: short of what it must reach, there, or at its aim."""


def verdict(result: dict[str, object]) -> str:
    """Say how a result stands against what it must and what it should reach."""
    ratio, resolve, goal = (float(str(result[name])) for name in ("ratio", "resolve", "goal"))
    higher = result["better"] == "higher"
    if (ratio >= goal) if higher else (ratio <= goal):
        return "goal"
    return "resolve" if ((ratio >= resolve) if higher else (ratio <= resolve)) else "SHORT"
