"""Draw how far each measurement is from what it must reach."""

from pathlib import Path

import matplotlib as mpl

mpl.use("Agg")

from matplotlib import pyplot as plt

MOST = 10_000.0


def share(result: dict[str, object], mark: str) -> float:
    """Give how many times better than the mark a result is (1 is just reached); MOST where it is nothing at all."""
    ratio, wanted = float(str(result["ratio"])), float(str(result[mark]))
    return ratio / wanted if result["better"] == "higher" else min(wanted / ratio, MOST) if ratio > 0 else MOST


def plot(results: list[dict[str, object]], path: Path) -> None:
    """Draw one bar a measurement: 1 is what must be reached, the tick is the goal."""
    names = [str(result["name"]) for result in results]
    bars = [share(result, "resolve") for result in results]
    goals = [bar / share(result, "goal") for bar, result in zip(bars, results, strict=True)]
    figure, axes = plt.subplots(figsize=(9, 0.42 * len(names) + 1.2), layout="constrained")
    axes.barh(names, bars, color=["#2f6f5e" if bar >= 1 else "#a83c2a" for bar in bars], height=0.55)
    axes.scatter(goals, names, marker="|", s=200, color="#222", label="goal")
    axes.axvline(1, color="#888", linewidth=1, label="must be reached")
    axes.set_xscale("log")
    axes.invert_yaxis()
    axes.set_xlabel("times what must be reached (logarithmic)")
    axes.legend(frameon=False, loc="lower right")
    axes.spines[["top", "right"]].set_visible(False)
    figure.savefig(path, metadata={"Date": None})
    plt.close(figure)
