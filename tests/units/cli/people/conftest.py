"""Let the command reach a store of the test's own."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from django.db import connection

from avow.config import config
from avow.policy.folder import load
from avow.record.shown.versions import publish
from avow.store.keys import NAMES, fingerprint
from avow.store.server.embedded import Embedded
from tests.units.accuracy.forgotten.conftest import checked
from tests.units.record.cast import arrive

__all__ = ["checked"]


@pytest.fixture(autouse=True)
def reached(store: Embedded, owner: psycopg.Connection, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let the command reach the test's store by its settings, with the example policy and one person in it."""
    publish(load(Path(__file__).parents[4] / "policies/example"))
    arrive("zoe@example.net", proven=True)
    owner.execute("GRANT SELECT ON django_migrations TO avow_app")
    for one in NAMES:
        owner.execute("INSERT INTO key_print VALUES (%s, %s)", [one, fingerprint(one)])
    monkeypatch.setenv("DATABASE_URL", store.url("avow_app", settings.DATABASES["default"]["NAME"]))
    before = dict(connection.settings_dict)
    config.cache_clear()
    yield
    connection.close()
    connection.settings_dict.update(before)
    monkeypatch.undo()
    config.cache_clear()
