"""Let a command that runs in the test's own process reach the test's store, as it would reach any PostgreSQL."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest
from django.conf import settings
from django.db import connection

from avow.config import config
from avow.store.keys import NAMES, fingerprint
from avow.store.server.embedded import Embedded


@contextmanager
def reach(store: Embedded, owner: psycopg.Connection, **more: str) -> Iterator[None]:
    """Name the store, and whatever else is given, by settings; put everything back afterwards.

    Whoever changes one of these settings within does so in a context that ends before: else it would come back.
    """
    name = settings.DATABASES["default"]["NAME"]
    owner.execute("GRANT SELECT ON django_migrations TO avow_app, avow_backup")
    for one in NAMES:
        owner.execute("INSERT INTO key_print VALUES (%s, %s)", [one, fingerprint(one)])
    before = dict(connection.settings_dict)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DATABASE_URL", store.url("avow_app", name))
        patch.setenv("AVOW_BACKUP_URL", store.url("avow_backup", name))
        for setting, value in more.items():
            patch.setenv(setting, value)
        config.cache_clear()
        yield
        connection.close()
        connection.settings_dict.update(before)
    config.cache_clear()
