"""Show what was told of kinds of customers, as it was told: no figure leads on to anybody."""

from typing import Final

from django.http import HttpRequest, HttpResponse

from avow.gate.counted.tables import PEOPLE, SENT, Table
from avow.page.shown.bars import Bar, bars
from avow.page.staff.desk import desk, show
from avow.page.staff.models import Staff
from avow.policy.proof.keeps import keeps
from avow.record.counted import insight
from avow.terms import Promise, Role
from avow.uses.insight.month import Month
from avow.uses.insight.release import tables

READERS: Final = (Role.INSIGHT, Role.MARKETING, Role.PRIVACY_OFFICER)


@keeps(Promise.INSIGHT_KINDS)
@desk(*READERS)
def kinds(request: HttpRequest, who: Staff) -> HttpResponse:
    """Show one month, the latest if none is asked for, as it was kept when it was told; nothing is counted."""
    months = insight.months()
    asked = str(request.GET.get("month", ""))
    month = asked if asked in months else next(iter(months), "")
    found = insight.told(month) if month else None
    told = {
        "found": found,
        "month": Month.named(month).words if month else "",
        "months": [(one, Month.named(one).words, one == month) for one in months],
        "tables": [(one, _bars(one)) for one in tables(found)] if found else [],
    }
    return show(request, who, "uses/insight.html", told)


def _bars(table: Table) -> list[tuple[str, Bar | None, tuple[int | None, ...]]]:
    """Give each row with its bar: what is shown of its first column, to the scale of the longest."""
    drawn = {name: {"people": row[0] or 0} for name, row in table.rows if table.columns[0] in {PEOPLE, SENT}}
    found = {one.name: one for one in bars(drawn, ["people"])}
    return [(name, found.get(name), row) for name, row in table.rows]
