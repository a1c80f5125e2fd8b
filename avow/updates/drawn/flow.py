"""Draw what a plan does to whom: from each use to those who are asked, left off and left alone."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any, Final

ENDS: Final = (
    ("asked", "mailed and asked; off until their yes"),
    ("before", "said no to the very same before; stays off"),
    ("off", "no mail reaches them; stays off"),
    ("apart", "untouched: it was never about them, or was stated"),
)
"""What becomes of people under a use, in the order in which it is drawn: its name, and its words."""
_LEFT, _RIGHT, _BAR, _WIDTH = 250, 520, 12, 900
_TALL, _GAP, _TOP = 120.0, 26.0, 16.0
_LINE: Final = 17.0
_LABEL: Final = 2 * _LINE
_LONGEST: Final = 34


@dataclass(frozen=True, slots=True)
class Row:
    """A use with how many people end where, in the order of ENDS; together they are everybody."""

    title: str
    towards: str
    people: tuple[int, ...]


def rows(plan: Mapping[str, Any]) -> list[Row]:
    """Give each use that a plan suspends with where everybody on file ends."""
    asked = {_key(one): one for one in plan.get("ask", ())}
    return [_row(plan, one, asked.get(_key(one))) for one in plan.get("suspend", ())]


def _key(one: Mapping[str, Any]) -> tuple[str, str]:
    return one["use"]["purpose"], one["use"]["recipient"]


def _row(plan: Mapping[str, Any], one: Mapping[str, Any], asked: Mapping[str, Any] | None) -> Row:
    """Count where people end under a use; where nobody is asked, it is off for whom it touches."""
    hit = int(one["people"])
    mailed, before = (int(asked[name]) for name in ("reachable", "refused_before")) if asked else (0, 0)
    ends = (mailed, before, hit - mailed - before, int(plan["people"]) - hit)
    return Row(one["use"]["title"], one["use"]["recipient"], ends)


def flow(plan: Mapping[str, Any]) -> str:
    """Give the picture as SVG; "" where a plan suspends nothing."""
    found = rows(plan)
    everybody = int(plan.get("people", 0))
    if not found or not everybody:
        return ""
    scale = _TALL / everybody
    height = _TOP + len(found) * (_TALL + _GAP) + (len(ENDS) - 1) * _LABEL
    parts = [*_bands(found, scale), *_uses(found, everybody), *_ends(found, scale)]
    told = "; ".join(f"{row.title}: {', '.join(_said(row))}" for row in found)
    return (
        f'<svg class="flow" viewBox="0 0 {_WIDTH} {height:.0f}" role="img" aria-labelledby="flow-title flow-desc">'
        '<title id="flow-title">What this plan does to whom</title>'
        f'<desc id="flow-desc">{escape(told)}</desc>{"".join(parts)}</svg>'
    )


def _said(row: Row) -> Iterator[str]:
    for (_, words), people in zip(ENDS, row.people, strict=True):
        if people:
            yield f"{people:,} {words.partition(';')[0].partition(':')[0]}"


def _tops(found: Sequence[Row], scale: float) -> list[float]:
    """Give where each end begins on the right: their bars stand on one another, with gaps."""
    tops, at = [], _TOP
    for place in range(len(ENDS)):
        tops.append(at)
        tall = sum(row.people[place] for row in found) * scale
        at += max(tall, _LABEL) + _GAP if tall else 0.0
    return tops


def _bands(found: Sequence[Row], scale: float) -> Iterator[str]:
    """Draw a band from each use to each end, as thick as people are many."""
    rights = _tops(found, scale)
    for number, row in enumerate(found):
        left = _TOP + number * (_TALL + _GAP)
        for place, people in enumerate(row.people):
            thick = people * scale
            if people:
                yield _band(ENDS[place][0], left, rights[place], max(thick, 1.0))
            left += thick
            rights[place] += thick


def _band(name: str, left: float, right: float, thick: float) -> str:
    start, end = _LEFT + _BAR, _RIGHT
    middle = (start + end) / 2
    there = f"M{start} {left:.1f}C{middle} {left:.1f} {middle} {right:.1f} {end} {right:.1f}"
    back = f"V{right + thick:.1f}C{middle} {right + thick:.1f} {middle} {left + thick:.1f} {start} {left + thick:.1f}Z"
    return f'<path class="to-{name}" d="{there}{back}"/>'


def _uses(found: Sequence[Row], everybody: int) -> Iterator[str]:
    for number, row in enumerate(found):
        top = _TOP + number * (_TALL + _GAP)
        hit = everybody - row.people[-1]
        yield f'<rect class="bar" x="{_LEFT}" y="{top:.1f}" width="{_BAR}" height="{_TALL:.1f}"/>'
        title = row.title if len(row.title) <= _LONGEST else f"{row.title[: _LONGEST - 1]}…"
        lines = title, f"seen by: {row.towards}", f"touches {hit:,} of {everybody:,}"
        yield from _text(_LEFT - 12, top + 20, "end", *lines)


def _ends(found: Sequence[Row], scale: float) -> Iterator[str]:
    for place, (top, (name, words)) in enumerate(zip(_tops(found, scale), ENDS, strict=True)):
        people = [row.people[place] for row in found]
        tall = sum(people) * scale
        if not tall:
            continue
        there = f'x="{_RIGHT}" y="{top:.1f}" width="{_BAR}" height="{max(tall, 1):.1f}"'
        yield f'<rect class="to-{name}" {there}/>'
        counts = " + ".join(f"{one:,}" for one in people)
        first, _, rest = words.partition("; ") if ";" in words else words.partition(": ")
        yield from _text(_RIGHT + _BAR + 12, top + max(tall / 2 - 2, 12), "start", f"{counts} {first}", rest)


def _text(x: float, y: float, anchor: str, *lines: str) -> Iterator[str]:
    for number, line in enumerate(lines):
        soft = ' class="soft"' if number else ""
        yield f'<text x="{x:.0f}" y="{y + number * _LINE:.1f}" text-anchor="{anchor}"{soft}>{escape(line)}</text>'
