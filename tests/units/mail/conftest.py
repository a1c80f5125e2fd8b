"""Give tests of mail a store with the example policy, and a mail server to hand messages to."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from avow.config import config
from avow.policy.folder import load
from avow.policy.history import History
from avow.record.shown.versions import publish
from avow.store.server.embedded import Embedded
from tests.units.mail.sink import Sink, sink

Serve = Callable[..., Sink]


@pytest.fixture(scope="session")
def example() -> History:
    """Read the example policy once."""
    return load(Path(__file__).parents[3] / "policies/example")


@pytest.fixture
def published(store: Embedded, example: History) -> History:
    """Give the example policy, published in a fresh store."""
    _ = store
    publish(example)
    return example


@pytest.fixture
def serve(monkeypatch: pytest.MonkeyPatch) -> Iterator[Serve]:
    """Give what starts a sink with its answers and makes it the mail server of AVOW_SMTP."""
    with ExitStack() as stack:

        def start(**answers: object) -> Sink:
            made = stack.enter_context(sink(**answers))  # type: ignore[arg-type]  # handed on as they come
            monkeypatch.setenv("AVOW_SMTP", made.url)
            config.cache_clear()
            return made

        yield start
    monkeypatch.undo()
    config.cache_clear()
