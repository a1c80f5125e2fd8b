"""Prove that no temporary table can stand in for ours: the guard and the ledger look past them."""

import psycopg
import pytest
from django.conf import settings

from avow.policy.folder import load
from avow.record.shown.versions import publish
from avow.store.server.embedded import Embedded
from tests.units.record.cast import arrive

DECLARE = (
    "SELECT set_config('avow.use', repeat('1', 256), true), set_config('avow.scopes', repeat('0', 256), true),"
    " set_config('avow.version', %s, true), set_config('role', 'avow_use', true)"
)


@pytest.fixture
def application(store: Embedded) -> psycopg.Connection:
    """Give a connection as the application, outside Django, to a store with the example policy."""
    publish(load("policies/example"))
    return psycopg.connect(store.url("avow_app", settings.DATABASES["default"]["NAME"]), autocommit=True)


def test_a_version_of_ones_own_shows_nothing(application: psycopg.Connection) -> None:
    """A temporary table named version does not make a version be in force."""
    arrive("alice@example.org")
    with application as ours:
        ours.execute("CREATE TEMPORARY TABLE version (name text, effective timestamptz)")
        ours.execute("GRANT SELECT ON version TO PUBLIC")
        ours.execute("INSERT INTO version VALUES ('mine', now() - interval '1 second')")
        for version, seen in (("mine", 0), ("2025-01-01", 2)):
            with ours.transaction():
                ours.execute(DECLARE, [version])
                assert ours.execute("SELECT count(*) FROM item").fetchone() == (seen,)


def test_a_waiting_of_ones_own_diverts_no_entry(application: psycopg.Connection, owner: psycopg.Connection) -> None:
    """An entry waits for its place in the true table, whatever table of that name the writer has made."""
    before = owner.execute("SELECT count(*) FROM waiting").fetchone()
    with application as ours:
        ours.execute("CREATE TEMPORARY TABLE waiting (entry_id bigint, first bigint, last bigint)")
        ours.execute("GRANT ALL ON waiting TO PUBLIC")
        ours.execute("INSERT INTO entry (kind, at, data, covers) VALUES ('read', now(), '', '')")
        assert ours.execute("SELECT count(*) FROM pg_temp.waiting").fetchone() == (0,)
    after = owner.execute("SELECT count(*) FROM waiting").fetchone()
    assert before is not None
    assert after == (before[0] + 1,)
