"""Let Django speak to one database."""

from django.conf import settings
from django.db import connection, connections
from psycopg.conninfo import conninfo_to_dict

from avow.store.keys import derived

_NAMES = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}
_PATIENCE = "5"
"""Seconds after which a database that does not answer is away, unless its address says otherwise."""


def point(address: str) -> None:
    """Point Django at a database, and let it sign with a secret made from the store's own key.

    Each thread keeps its connection and asks first whether it still stands.
    """
    connections.close_all()
    parts = {name: str(value) for name, value in conninfo_to_dict(address).items() if value is not None}
    target: dict[str, object] = {key: parts.pop(name, "") for name, key in _NAMES.items()}
    ours = settings.DATABASES["default"]["OPTIONS"]
    options = {"application_name": "avow", "connect_timeout": _PATIENCE, **parts}
    target["OPTIONS"] = options | {"prepare_threshold": ours["prepare_threshold"]}
    target |= {"CONN_MAX_AGE": None, "CONN_HEALTH_CHECKS": True}
    connection.settings_dict.update(target)  # one dict for the connections of all threads
    settings.SECRET_KEY = derived("token", "pages")
