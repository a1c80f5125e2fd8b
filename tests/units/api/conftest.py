"""Publish the example policy in a fresh store."""

import pytest

from avow.policy.folder import load
from avow.record.shown.versions import publish
from avow.store.server.embedded import Embedded


@pytest.fixture
def site(store: Embedded) -> None:
    """Give a site whose policy is published."""
    assert store.url("avow_app")
    publish(load("policies/example"))
