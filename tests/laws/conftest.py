"""Give the laws a store with a row in every table about people."""

from collections.abc import Iterator

import psycopg
import pytest
from django.conf import settings

from avow.store.server.embedded import Embedded
from tests.laws.crowd import Crowd, crowd


@pytest.fixture
def stocked(owner: psycopg.Connection) -> Crowd:
    """Give a store with a row in every table about people."""
    return crowd(owner)


@pytest.fixture
def app(store: Embedded, stocked: Crowd) -> Iterator[psycopg.Connection]:
    """Give a plain connection as the application, in transactions, to a stocked store."""
    assert stocked.tables
    with psycopg.connect(store.url("avow_app", settings.DATABASES["default"]["NAME"])) as found:
        yield found
