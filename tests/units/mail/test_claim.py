"""Test that a claim reads what it takes and no more, whatever lies beside it."""

import psycopg
import pytest

from avow.mail.queue.claim import claim, kinds, mailings
from avow.mail.queue.rows import DELIVERIES
from avow.record.key import new_key
from avow.record.upkeep import upkeep
from tests.units.mail.cast import OFFER

pytestmark = pytest.mark.usefixtures("published")
MANY = 20_000


@pytest.fixture
def key(owner: psycopg.Connection) -> object:
    """Make a mailing of which twenty thousand copies are sent and a few hundred are open."""
    key = new_key()
    owner.execute(
        "INSERT INTO mailing (id, list, purpose, kind, words, version, state, expected, at)"
        " VALUES (%s, 'offers', 'offers', 'marketing.offer', %s, '2025-01-01', 'sending', %s, now())",
        [key, OFFER, MANY],
    )
    owner.execute(
        "INSERT INTO delivery (mailing_id, reach, person_id, state, due, attempts, because, message_id, outcome)"
        " SELECT %s, sha256(n::text::bytea), gen_random_uuid(), CASE WHEN n %% 50 = 0 THEN 'waiting' ELSE 'sent' END,"
        " now(), 0, '', '', '' FROM generate_series(1, %s) AS n",
        [key, MANY],
    )
    owner.execute("ANALYZE delivery")
    return key


@pytest.mark.parametrize("mode", ["force_custom_plan", "force_generic_plan"])
def test_a_claim_goes_by_the_index_of_what_is_open(key: object, mode: str) -> None:
    """The rows are the queue: a claim never walks over what is done, with either kind of plan."""
    with upkeep() as cursor:
        cursor.execute("SELECT set_config('plan_cache_mode', %s, true)", [mode])
        cursor.execute(
            "PREPARE taken (uuid, bigint) AS SELECT mailing_id, reach FROM delivery WHERE mailing_id = $1"
            " AND state IN ('waiting', 'deferred') AND due <= clock_timestamp() ORDER BY due LIMIT $2"
            " FOR UPDATE SKIP LOCKED"
        )
        cursor.execute(f"EXPLAIN (ANALYZE, COSTS OFF) EXECUTE taken ('{key}', 100)")
        plan = "\n".join(row[0] for row in cursor.fetchall())
        cursor.execute("DEALLOCATE taken")
    assert "delivery_open" in plan
    assert "Seq Scan" not in plan
    assert "Removed by Filter" not in plan


def test_two_workers_share_and_never_meet(key: object, owner: psycopg.Connection) -> None:
    """What one holds the other does not take, and does not wait for."""
    with psycopg.connect(owner.info.dsn) as other:
        other.execute("SET ROLE avow_keep")
        held = other.execute(
            "SELECT reach FROM delivery WHERE state = 'waiting' ORDER BY due LIMIT 100 FOR UPDATE SKIP LOCKED"
        ).fetchall()
        with upkeep() as cursor:
            mine = claim(cursor, DELIVERIES, (key,), 1000)
        assert len(held) == 100
        assert len(mine) == MANY // 50 - 100
        assert {row.reach for row in mine}.isdisjoint(bytes(reach) for (reach,) in held)
        other.rollback()


def test_a_refusal_that_waits_stops_marketing_alone(key: object) -> None:
    """Mailings that are marketing are not even looked for then."""
    with upkeep() as cursor:
        assert [found[0] for found in mailings(cursor, marketing=True)] == [key]
        assert mailings(cursor, marketing=False) == []
        assert kinds(cursor) == []
