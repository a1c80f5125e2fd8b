"""Draw the load of requests by weeks: what came and was answered, and what is due."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from html import escape
from typing import Final

_WIDTH, _HEIGHT = 900, 260
_LEFT, _RIGHT, _TOP, _FOOT = 60, 890, 34, 220
_TICKS: Final = 4
_KINDS: Final = (("came", "came"), ("answered", "answered"), ("due", "due"))


def drawn(found: Mapping[str, Mapping[date, int]], today: date) -> str:
    """Give the picture as SVG, by weeks from Monday on; "" where nothing came and nothing is due."""
    weeks = _weeks(found)
    if not weeks:
        return ""
    top = _round_up(max(count for kind, _ in _KINDS for count in found[kind].values()))
    wide = (_RIGHT - _LEFT) / len(weeks)
    said = (f"{sum(found[kind].values()):,} {words}" for kind, words in _KINDS)
    parts = [*_axes(top), *(part for n, week in enumerate(weeks) for part in _week(found, week, n, wide, top))]
    parts += [*_legend(), _now(weeks, wide, today)]
    return (
        f'<svg class="load" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-labelledby="load-title load-desc">'
        '<title id="load-title">Requests by week</title>'
        f'<desc id="load-desc">{escape(", ".join(said))}, from {weeks[0]:%-d %B %Y} on.</desc>{"".join(parts)}</svg>'
    )


def _weeks(found: Mapping[str, Mapping[date, int]]) -> list[date]:
    """Give each Monday from the first that has a count to the last."""
    known = sorted({week for counts in found.values() for week in counts})
    if not known:
        return []
    return [known[0] + timedelta(weeks=n) for n in range((known[-1] - known[0]).days // 7 + 1)]


def _round_up(most: int) -> int:
    step: int = max(10 ** (len(str(most)) - 1) // 2, 1) * _TICKS
    return -(-most // step) * step


def _axes(top: int) -> Iterator[str]:
    for tick in range(_TICKS + 1):
        y = _FOOT - tick * (_FOOT - _TOP) / _TICKS
        yield f'<line class="grid" x1="{_LEFT}" x2="{_RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>'
        yield f'<text class="soft" x="{_LEFT - 8}" y="{y + 5:.1f}" text-anchor="end">{top * tick // _TICKS:,}</text>'


def _week(found: Mapping[str, Mapping[date, int]], week: date, number: int, wide: float, top: int) -> Iterator[str]:
    """Draw the bars of one week side by side, each with its number for who points at it."""
    bar = wide * 0.8 / len(_KINDS)
    for place, (kind, words) in enumerate(_KINDS):
        count = found[kind].get(week, 0)
        tall = count * (_FOOT - _TOP) / top
        x = _LEFT + number * wide + wide * 0.1 + place * bar
        if count:
            told = f"{count:,} {words} in the week of {week:%-d %B %Y}"
            yield (
                f'<rect class="load-{kind}" x="{x:.1f}" y="{_FOOT - tall:.1f}" width="{bar:.1f}" height="{tall:.1f}">'
                f"<title>{told}</title></rect>"
            )
    if number % max(1, round(90 / wide)) == 0:
        x = _LEFT + number * wide + wide / 2
        yield f'<text class="soft" x="{x:.1f}" y="{_FOOT + 20}" text-anchor="middle">{week:%-d %b}</text>'


def _legend() -> Iterator[str]:
    for place, (kind, words) in enumerate(_KINDS):
        x = _LEFT + place * 120
        yield f'<rect class="load-{kind}" x="{x}" y="6" width="14" height="14"/>'
        yield f'<text x="{x + 20}" y="18">{words}</text>'


def _now(weeks: list[date], wide: float, today: date) -> str:
    """Mark today, if it is in the picture."""
    days = (today - weeks[0]).days
    if not 0 <= days <= 7 * len(weeks):
        return ""
    x = _LEFT + days / 7 * wide
    return (
        f'<line class="now" x1="{x:.1f}" x2="{x:.1f}" y1="{_TOP}" y2="{_FOOT}"/>'
        f'<text class="soft" x="{x:.1f}" y="{_FOOT + 36}" text-anchor="middle">today</text>'
    )
