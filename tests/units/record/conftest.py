"""Publish the example policy in the store of each test that asks for it."""

import pytest

from avow.policy.folder import load
from avow.policy.history import History
from avow.record.shown.versions import publish
from avow.store.server.embedded import Embedded


@pytest.fixture(scope="session")
def example() -> History:
    """Read the example policy once."""
    return load("policies/example")


@pytest.fixture
def published(store: Embedded, example: History) -> History:  # noqa: ARG001 -- the store must stand first
    """Give the example policy, published in a fresh store."""
    publish(example)
    return example
