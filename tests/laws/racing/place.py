"""Tell a process of its own where a test's store and mail server are."""

from django.conf import settings

from avow.config import config
from avow.store.server.embedded import Embedded


def target(store: Embedded) -> str:
    """Give the address of a test's store."""
    return store.url("avow_app", settings.DATABASES["default"]["NAME"])


def given(port: int) -> dict[str, str]:
    """Give the settings of a process on a test's store, and the port of its mail server."""
    found = {"AVOW_SMTP": f"smtp://127.0.0.1:{port}", "AVOW_JOURNAL": str(config().journal)}
    return found | {"AVOW_DATA": str(config().data)}
