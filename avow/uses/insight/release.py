"""Count a closed month once, and keep what is told of it; a month that is due is told by itself."""

import hashlib
import json
from dataclasses import asdict
from datetime import UTC, datetime
from functools import cache
from itertools import count as count_up
from itertools import takewhile
from pathlib import Path
from zoneinfo import ZoneInfo

from django.db import transaction

from avow.errors import GateError
from avow.gate import counted
from avow.gate.counted.count import Span, count
from avow.gate.counted.tables import Table
from avow.gate.counted.withhold import LEAST, STEP
from avow.mail.counted.offered import offered
from avow.policy.document import Policy, Purpose
from avow.policy.proof.keeps import keeps
from avow.record.counted import insight
from avow.record.counted.insight import Release
from avow.record.shown.versions import in_force, published_at
from avow.terms import Promise, Scope
from avow.uses.insight.month import Month, last_closed


@keeps(Promise.INSIGHT_KINDS)
def release(month: Month) -> Release:
    """Count a month and keep what may be told of it, in one transaction: all of it is kept, or nothing.

    Raises GateError if the month is not closed, or the policy states no such purpose; RecordError if it was told.
    """
    policy, now = in_force(), datetime.now(UTC)
    zone = ZoneInfo(policy.front.timezone)
    purpose = purpose_of(policy)
    if purpose is None:
        raise GateError("the policy in force states no purpose in the scope of insight", "nothing of kinds is counted")
    if month.closed(zone) > now:
        raise GateError(f"{month} is not closed", f"it is told from {month.closed(zone):%-d %B %Y} on, once")
    if str(month) in insight.months():
        raise insight.again(str(month))
    span = Span(month.begin(zone), month.later().begin(zone), month.closed(zone))
    with transaction.atomic():
        offered(span.begin, span.end, span.until)
        tables = json.dumps([asdict(one) for one in count(policy, purpose, span)], ensure_ascii=False)
        told = Release(str(month), policy.front.version, LEAST, STEP, code(), tables, now)
        insight.keep(told)
    return told


def due() -> list[Month]:
    """Give each month that is closed and was not told, the earliest first.

    They follow the latest that was told; in a store of which none was, the first is that in which it was made.
    """
    made = min(published_at().values(), default=None)
    if made is None or purpose_of(in_force()) is None:
        return []
    zone, known = ZoneInfo(in_force().front.timezone), insight.months()
    month = Month.named(known[0]).later() if known else Month.of(made, zone)
    latest = last_closed(datetime.now(UTC), zone)
    return list(takewhile(lambda one: one <= latest, map(month.later, count_up())))


def tables(told: Release) -> list[Table]:
    """Give the tables of what was told."""
    return [
        Table(one["title"], tuple(one["columns"]), tuple((name, tuple(row)) for name, row in one["rows"]), one["total"])
        for one in json.loads(told.tables)
    ]


def purpose_of(policy: Policy) -> Purpose | None:
    """Give the purpose under which a policy lets kinds be counted, if it states one."""
    return next((one for one in policy.purposes.values() if one.scope == Scope.INSIGHT.name.lower()), None)


@cache
def code() -> str:
    """Give the SHA-256 of the code that counts and withholds (64 digits)."""
    files = sorted(Path(counted.__file__).parent.glob("*.py"))
    return hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()
