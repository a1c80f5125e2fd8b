"""Test that whoever sends outlasts who locks in another order."""

import threading
import time

import psycopg
import pytest

from avow.record.upkeep import hold_still, upkeep
from tests.units.record.cast import arrive, reach_of

pytestmark = pytest.mark.usefixtures("published")


def test_it_locks_again_where_two_wait_for_each_other(owner: psycopg.Connection) -> None:
    """Somebody has the mailbox and wants the person: all is let go once, and locked when they are done."""
    person, reach = arrive("alice@example.org"), reach_of("alice@example.org")
    ended = list[float]()
    with psycopg.connect(owner.info.dsn) as other:
        other.execute("SET deadlock_timeout = '60s'")  # so it is we who are sent away
        other.execute("SELECT 1 FROM reach WHERE id = %s FOR NO KEY UPDATE", [reach])

        def want() -> None:
            time.sleep(0.3)
            other.execute("SELECT 1 FROM person WHERE id = %s FOR NO KEY UPDATE", [person])
            ended.append(time.monotonic())
            other.commit()

        thread = threading.Thread(target=want)
        with upkeep() as cursor:
            thread.start()
            hold_still(cursor, [person], [reach])
            assert ended, "it holds the mailbox before the other let it go"
        thread.join()
