"""Test what the work consists of."""

from datetime import UTC, datetime, timedelta

import psycopg
import pytest

from avow.record.key import new_key
from avow.record.known.sweep import codes as sweep
from avow.work.jobs import BESIDE, JOBS


def test_refusals_come_first() -> None:
    """What people refused is applied before anything is sent."""
    names = [job.name for job in JOBS]
    assert names[0] == "the refusals"
    assert names.index("the refusals") < names.index("the outbox")


def test_who_works_beside_hands_over_alone() -> None:
    """One more process applies refusals before it sends, and leaves all else to the first."""
    assert [job.name for job in BESIDE] == ["the refusals", "the outbox"]


@pytest.mark.usefixtures("store")
def test_codes_are_swept_when_nobody_can_use_them(owner: psycopg.Connection) -> None:
    """A code that ran out two days ago goes; one that ran out just now, or can be used, stays."""
    now, person = datetime.now(UTC), new_key()
    owner.execute(
        "INSERT INTO person (id, at, own, refused, relations, choice_no)"
        " VALUES (%s, now(), 0::bit(256), 0::bit(256), 0, 0)",
        [person],
    )
    for age in (timedelta(days=2), timedelta(minutes=5), -timedelta(minutes=5)):
        owner.execute(
            "INSERT INTO code (person_id, id, exact, hash, act, at, expires, tries)"
            " VALUES (%s, %s, '', '', 'signin', %s, %s, 0)",
            [person, new_key(), now, now - age],
        )
    assert sweep() == 1
    assert sweep() == 0
    assert owner.execute("SELECT count(*) FROM code WHERE expires < %s", [now]).fetchone() == (1,)
    assert owner.execute("SELECT count(*) FROM code").fetchone() == (2,)


@pytest.mark.usefixtures("store")
def test_an_empty_store_has_nothing_to_do() -> None:
    """Every job runs on an empty store and finds nothing."""
    for job in JOBS:
        if job.name != "the outbox":
            assert job.do() == 0
