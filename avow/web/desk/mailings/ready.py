"""Show a draft before it goes: what it lacks, whom it reaches and whom not, and by which sentence; then let it go."""

from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import available_timezones

from django.http import HttpRequest, HttpResponse

from avow.errors import MailError
from avow.gate.counted.withhold import told
from avow.mail.course.draft import Mailing
from avow.page.shown.bars import bars
from avow.page.shown.framed import live
from avow.page.site import asset, policy
from avow.page.staff.desk import show
from avow.page.staff.models import Staff
from avow.uses.checked.ready import ready
from avow.uses.mailings import Foreseen, foresee
from avow.web.desk.mailings.shelf import WRITERS, state_words, title_of
from avow.web.desk.mailings.write import LOOKS

_SOON: Final = timedelta(minutes=2)
"""How long before it goes out its page looks again by itself."""


def page(request: HttpRequest, who: Staff, one: Mailing, trouble: str = "", status: int = 200) -> HttpResponse:
    """Show what a draft lacks, whom it would reach, and what may be done with it."""
    points, foreseen = ready(one.list, one.words), _foreseen(one)
    somebody = foreseen is None or foreseen.allowed > 0 or not foreseen.segment
    given = {
        "one": one,
        "list": title_of(one.list),
        "state": state_words(one),
        "points": points,
        "fit": somebody and all(point.kept or not point.must for point in points),
        "foreseen": foreseen,
        "out": _out(foreseen),
        "in_all": _said(foreseen, _halves(foreseen).get("in", 0)),
        "out_all": _said(foreseen, _halves(foreseen).get("out", 0)),
        "whole": _said(foreseen, sum(_halves(foreseen).values())),
        "picked": [(line, _said(foreseen, count)) for line, count in foreseen.segment.items()] if foreseen else [],
        "bars": bars({"in": _drawn(foreseen)} if foreseen else {}, ["in"]),
        "zones": sorted(available_timezones()),
        "zone": policy().front.timezone,
        "now": datetime.now(UTC),
        "soon": one.due is not None and one.due - datetime.now(UTC) < _SOON,
        "looks": LOOKS,
        "writes": bool(set(WRITERS) & set(who.roles)),
        "trouble": trouble,
        "done": request.GET.get("done", ""),
        "script": asset("page/live.js"),
    }
    return live(show(request, who, "web/desk/mailings/ready.html", given, status=status))


def _foreseen(one: Mailing) -> Foreseen | None:
    try:
        return foresee(one.list, one.words)
    except MailError:
        return None


def _halves(foreseen: Foreseen | None) -> dict[str, int]:
    if foreseen is None:
        return {}
    return {"in": foreseen.allowed, "out": sum(foreseen.denied.values()) + sum(foreseen.segment.values())}


def _drawn(foreseen: Foreseen) -> dict[str, int]:
    """Give the halves as they may be drawn: with a segment rounded, for a length could be measured."""
    found = _halves(foreseen)
    return {name: told(count) for name, count in found.items() if count} if foreseen.segment else found


def _said(foreseen: Foreseen | None, count: int) -> str:
    return foreseen.said(count) if foreseen else str(count)


def _out(foreseen: Foreseen | None) -> list[tuple[int, list[str]]]:
    """Give how many are out, most first, each with the policy's own sentences."""
    if foreseen is None:
        return []
    return [
        (count, [foreseen.sentences.get(name, "") or because for name in because.split()] if because else [])
        for because, count in sorted(foreseen.denied.items(), key=lambda pair: -pair[1])
    ]
