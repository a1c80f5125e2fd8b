"""Make the store ready: `avow setup`, and what every first start does by itself."""

import sys

from avow.config import config
from avow.errors import StoreNew
from avow.policy.folder import load
from avow.record.shown.versions import publish
from avow.store.connect import connect
from avow.store.setup import setup as make


def setup() -> None:
    """Make the store or bring it up to date: roles, database, keys, tables, and the policy's versions.

    It can be run again at any time. With `DATABASE_URL` it needs `AVOW_OWNER_URL`, the same database as its owner.
    """
    make()
    connect()
    for version in publish(load(config().policies)):
        sys.stdout.write(f"Published version {version} of the policy.\n")
    sys.stdout.write(f"The store is ready: {_where()}\n")


def ready() -> None:
    """Connect to the store; one that we run ourselves and that is new is made first."""
    try:
        connect()
    except StoreNew:
        if config().database_url:
            raise
        setup()


def _where() -> str:
    return "the database of DATABASE_URL" if config().database_url else f"{config().data}"
