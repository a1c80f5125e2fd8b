"""Show what was counted of visits, with what is given up for it."""

from datetime import UTC, datetime
from typing import Final

from django.http import HttpRequest, HttpResponse

from avow.cookies.counter import ENOUGH
from avow.cookies.report import report
from avow.page.staff.desk import desk, show
from avow.page.staff.models import Staff

_DAYS: Final = 30
_TITLES: Final = (
    ("page", "Pages"),
    ("domain", "Sites that visitors came from"),
    ("browser", "Browsers"),
    ("device", "Devices"),
    ("language", "Languages"),
)


@desk()
def visits(request: HttpRequest, who: Staff) -> HttpResponse:
    """Show the counts of the last thirty days; they are about nobody, so every member of staff may see them."""
    found = report(_DAYS, datetime.now(UTC))
    most = max((count for _, count in found.days), default=0) or 1
    told = {
        "bars": [
            (day, count, n * 20, 110 - 100 * count / most, 100 * count / most)
            for n, (day, count) in enumerate(found.days)
        ],
        "total": sum(count for _, count in found.days),
        "tables": [(name, title, found.sums.get(name, ())) for name, title in _TITLES],
        "enough": ENOUGH,
    }
    return show(request, who, "cookies/visits.html", told)
