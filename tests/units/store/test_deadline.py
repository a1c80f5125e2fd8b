"""Test that a database which does not answer in time is cut off, and no other."""

import threading
import time

import pytest
from django.db import OperationalError, connection

from avow.store.server.deadline import deadline

pytestmark = pytest.mark.usefixtures("store")


def test_who_does_not_answer_in_time_is_cut_off() -> None:
    """The wait ends with an error of the framework soon after the time is up."""
    connection.ensure_connection()
    began = time.monotonic()
    with pytest.raises(OperationalError), deadline(0.3), connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(20)")
    assert 0.3 <= time.monotonic() - began < 15
    connection.close()


def test_who_answers_in_time_goes_on() -> None:
    """What was done in time is left alone afterwards, and one thread watches them all."""
    for _ in range(5):
        with deadline(0.3), connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    time.sleep(0.6)
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        assert cursor.fetchone() == (1,)
    assert sum(thread.name == "deadline" for thread in threading.enumerate()) <= 1
