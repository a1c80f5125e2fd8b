"""Publish the example policy, give mail a server, and check the ledger as an outsider would."""

from collections.abc import Callable

import psycopg
import pytest
from django.conf import settings
from psycopg import sql

from avow.ledger.checked.fsck import fsck
from avow.ledger.checked.snapshot import snapshot
from avow.ledger.merkle.note import Signer
from avow.ledger.sequencer import sequence
from avow.record.covered import covered
from avow.store.keys import key
from avow.store.server.embedded import Embedded
from tests.units.mail.conftest import example, published, serve

__all__ = ["example", "published", "serve"]
Checked = Callable[[], list[str]]


@pytest.fixture
def checked(store: Embedded) -> Checked:
    """Give what checks the whole ledger against the store, and tells the disagreements."""

    def check() -> list[str]:
        while sequence():
            pass
        address = store.url("avow_backup", settings.DATABASES["default"]["NAME"])
        with snapshot() as source, psycopg.connect(address) as backup:
            backup.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            backup.execute(sql.SQL("SET TRANSACTION SNAPSHOT {}").format(source.name))
            return fsck(source, covered(backup), Signer("ledger", key("ledger")).verifier.public).disagreements

    return check
