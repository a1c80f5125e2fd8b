"""Make no table of what Django's accounts bring and staff do without: groups, permissions, kinds of content."""

from typing import Final

LEFT_OUT: Final = frozenset({"auth", "contenttypes"})


class Router:
    """Tell Django which applications have tables."""

    def allow_migrate(self, _db: str, app_label: str, **_: object) -> bool | None:
        """Refuse the tables that are left out; leave the rest to the rule."""
        return False if app_label in LEFT_OUT else None
