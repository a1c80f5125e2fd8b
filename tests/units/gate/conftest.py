"""Publish the example policy in a fresh store."""

import pytest

from avow.policy.folder import load
from avow.policy.history import History
from avow.record.shown.versions import publish
from avow.store.server.embedded import Embedded


@pytest.fixture
def published(store: Embedded) -> History:
    """Give the example policy, published in a fresh store."""
    assert store.folder.exists()
    found = load("policies/example")
    publish(found)
    return found
