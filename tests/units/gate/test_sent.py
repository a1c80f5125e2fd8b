"""Test that what was handed over is committed to, in order, by one entry."""

from datetime import UTC, datetime

import psycopg
import pytest
from django.db import transaction

from avow.gate.sent import sent
from avow.ledger.commitment import canonical, commit_bytes


@pytest.mark.usefixtures("published")
def test_one_entry_covers_each_act_in_order(owner: psycopg.Connection) -> None:
    """Each act has a salt of its own, which opens its place and no other."""
    now, acts = datetime.now(UTC), [canonical(["sent", 1]), canonical(["sent", 2])]
    with transaction.atomic():
        entry, salts = sent(now, acts)
    row = owner.execute("SELECT kind, at, covers FROM entry WHERE id = %s", [entry]).fetchone()
    assert row == ("sent", now, b"".join(commit_bytes(salt, act) for salt, act in zip(salts, acts, strict=True)))
    assert len(set(salts)) == 2
