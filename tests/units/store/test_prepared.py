"""Test that what comes often is prepared, and sees and says what it would otherwise."""

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from avow.store.server.prepared import cursor, often, prepared

pytestmark = pytest.mark.usefixtures("store")
_KNOWN = "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%%of the test%%'"


def known() -> int:
    """Count the statements of these tests that this connection has prepared."""
    with connection.cursor() as asking:
        asking.execute(_KNOWN)
        return int(asking.fetchone()[0])


def test_what_comes_often_is_prepared_once() -> None:
    """Within `often` a statement is prepared, once for all its uses; outside it is not."""
    for _ in range(3):
        with cursor() as asking:
            asking.execute("SELECT %s::int /* of the test */", [1])
    assert known() == 0
    for number in range(3):
        with often(), cursor() as asking:
            asking.execute("SELECT %s::int /* of the test */", [number])
            assert asking.fetchone() == (number,)
    assert known() == 1


def test_errors_and_watchers_see_it() -> None:
    """Its errors are those of the framework, and whoever watches queries sees it."""
    with pytest.raises(DatabaseError), transaction.atomic(), prepared() as asking:
        asking.execute("SELECT nothing FROM nowhere")
    with CaptureQueriesContext(connection) as seen, prepared() as asking:
        asking.execute("SELECT 1")
    assert len(seen) == 1
