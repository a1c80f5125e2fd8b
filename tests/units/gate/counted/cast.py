"""Count a short period of invented people, with nothing withheld, so that each of them shows."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from django.db import transaction

from avow.gate.counted import tables as laid
from avow.gate.counted.count import Span, count
from avow.gate.counted.tables import Table
from avow.record.shown.versions import in_force
from avow.record.upkeep import upkeep
from avow.uses.insight.release import purpose_of
from tests.units.uses.insight.cast import BEGIN, figures

DAY = timedelta(days=1)
END, UNTIL = BEGIN + 20 * DAY, BEGIN + 25 * DAY
_OFFERED = """
CREATE TEMPORARY TABLE insight_offer ON COMMIT DROP AS
SELECT person, '00000000-0000-0000-0000-000000000001'::uuid AS offer, 'Berths' AS name, at
FROM unnest(%s::uuid[], %s::timestamptz[]) AS o (person, at)
"""
Offer = tuple[UUID, datetime]
"""Who was sent it, and when."""


@contextmanager
def plain() -> Iterator[None]:
    """Withhold, fold and round nothing."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(laid, "told", lambda figure: figure)
        patch.setattr(laid, "LEAST", 1)
        patch.setattr(laid, "fold", lambda counts: (sorted(counts), []))
        patch.setattr(laid, "withhold", lambda _: frozenset[object]())
        patch.setattr(laid, "withhold_alone", lambda *_: frozenset[object]())
        yield


def counted(*offers: Offer) -> dict[str, Table]:
    """Count the period under the policy in force, where some people were sent an offer; tables by their titles."""
    purpose = purpose_of(in_force())
    assert purpose
    with plain(), transaction.atomic():
        with upkeep() as cursor:
            cursor.execute(_OFFERED, [[person for person, _ in offers], [at for _, at in offers]])
        return {one.title: one for one in count(in_force(), purpose, Span(BEGIN, END, UNTIL))}


def told(title: str, *offers: Offer) -> dict[str, Sequence[int | None]]:
    """Give the rows of one table by their names; nothing where there is no such table."""
    table = counted(*offers).get(title)
    return {**figures(table)} if table else {}
