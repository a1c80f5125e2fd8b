"""Draw the answers to a question as they come in: those who said yes, and those who said no to something."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from html import escape
from itertools import accumulate
from typing import Final

_WIDTH, _HEIGHT = 900, 300
_LEFT, _RIGHT, _TOP, _FOOT = 70, 760, 20, 260
_TICKS: Final = 4


def curve(spans: Sequence[tuple[datetime, int, int]], asked: int) -> str:
    """Give the picture as SVG of (instant, yes, no) by span; "" before anybody answered."""
    if not spans or not asked:
        return ""
    yes, no = list(accumulate(one for _, one, _ in spans)), list(accumulate(one for _, _, one in spans))
    top = _round_up(max(yes[-1], no[-1]))
    told = f"Of {asked:,} who were asked, {yes[-1]:,} said yes to all and {no[-1]:,} no to something until now."
    parts = [*_axes(spans[0][0], spans[-1][0], top), *_line("yes", yes, top), *_line("no", no, top)]
    return (
        f'<svg class="curve" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-labelledby="curve-title curve-desc">'
        '<title id="curve-title">Answers as they came in</title>'
        f'<desc id="curve-desc">{escape(told)}</desc>{"".join(parts)}</svg>'
    )


def _round_up(most: int) -> int:
    """Give a round number that is not less."""
    step: int = max(10 ** (len(str(most)) - 1) // 2, _TICKS)
    return -(-most // step) * step


def _axes(begin: datetime, end: datetime, top: int) -> Iterator[str]:
    for tick in range(_TICKS + 1):
        y = _FOOT - tick * (_FOOT - _TOP) / _TICKS
        yield f'<line class="grid" x1="{_LEFT}" x2="{_RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>'
        yield f'<text class="soft" x="{_LEFT - 10}" y="{y + 5:.1f}" text-anchor="end">{top * tick // _TICKS:,}</text>'
    for x, at, anchor in ((_LEFT, begin, "start"), (_RIGHT, end, "end")):
        yield f'<text class="soft" x="{x}" y="{_FOOT + 24}" text-anchor="{anchor}">{at:%-d %b %Y, %H:%M} UTC</text>'


def _line(name: str, values: Sequence[int], top: int) -> Iterator[str]:
    """Draw a line that grows, named at its end."""
    wide = (_RIGHT - _LEFT) / max(len(values) - 1, 1)
    points = [(_LEFT + number * wide, _FOOT - value * (_FOOT - _TOP) / top) for number, value in enumerate(values)]
    points = points if len(points) > 1 else [(_LEFT, points[0][1]), (_RIGHT, points[0][1])]
    yield f'<polyline class="said-{name}" points="{" ".join(f"{x:.1f},{y:.1f}" for x, y in points)}"/>'
    x, y = points[-1]
    words = "yes to all" if name == "yes" else "no to something"
    yield f'<text class="said-{name}" x="{x + 10:.1f}" y="{y + 5:.1f}">{values[-1]:,} {words}</text>'
