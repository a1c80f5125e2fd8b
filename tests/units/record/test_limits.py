"""Test limits: so many in a window, and nothing readable is stored."""

from datetime import timedelta

import psycopg
import pytest

from avow.record.limits import allow, ration, sweep

pytestmark = pytest.mark.usefixtures("store")
HOUR = timedelta(hours=1)


def test_only_so_many_in_a_window() -> None:
    """The first few are allowed, the rest not; another name has a count of its own."""
    assert [allow("mail bob", 2, HOUR) for _ in range(4)] == [True, True, False, False]
    assert allow("mail eve", 2, HOUR)


def test_a_new_window_counts_anew() -> None:
    """When the window has passed, the count begins again."""
    assert allow("x", 1, -HOUR)
    assert allow("x", 1, HOUR)
    assert not allow("x", 1, HOUR)


def test_what_is_rationed_is_counted_no_more_once_it_is_gone(owner: psycopg.Connection) -> None:
    """The first few are allowed; then nobody waits for the count, and it does not grow until its window has passed."""
    assert [ration("answers", 2, HOUR) for _ in range(5)] == [True, True, False, False, False]
    assert owner.execute("SELECT count FROM attempt").fetchone() == (3,)
    assert not ration("others", 0, -HOUR)
    assert ration("others", 1, HOUR)


def test_counts_are_swept_and_unreadable(owner: psycopg.Connection) -> None:
    """What has passed goes; what is there does not tell whom it is about."""
    allow("past", 1, -HOUR)
    allow("bob@example.org", 1, HOUR)
    assert sweep() == 1
    rows = owner.execute("SELECT attempt::text FROM attempt").fetchall()
    assert len(rows) == 1
    assert b"bob".hex() not in rows[0][0]
