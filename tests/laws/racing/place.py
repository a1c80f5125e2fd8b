"""Tell a process of its own where a test's store and mail server are, and which versions are published there."""

from dataclasses import dataclass

from django.conf import settings

from avow.config import config, variable
from avow.policy.history import History
from avow.record.shown.versions import history
from avow.store.server.embedded import Embedded


@dataclass(frozen=True, slots=True)
class Place:
    """The settings of a process, the address of its store, and the versions of the policy that are published there."""

    settings: dict[str, str]
    store: str
    published: History


def place(store: Embedded, port: int, connections: int = 0) -> Place:
    """Give the place of a test's store and of its mail server's port; so many connections to it, where told."""
    here = {"smtp": f"smtp://127.0.0.1:{port}", "journal": str(config().journal), "data": str(config().data)}
    few = {"connections": str(connections)} if connections else {}
    url = store.url("avow_app", settings.DATABASES["default"]["NAME"])
    return Place({variable(name): value for name, value in (here | few).items()}, url, history())
