"""Give a site that takes forms."""

import pytest
from django.test import Client

from avow.config import config
from avow.policy.folder import load
from avow.record.shown.versions import publish
from avow.store.server.embedded import Embedded


@pytest.fixture
def site(store: Embedded) -> Client:
    """Give a browser of a site whose policy is published."""
    assert store.url("avow_app")
    publish(load(config().policies))
    return Client(headers={"host": "localhost"})
