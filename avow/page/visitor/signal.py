"""Read what a browser says for its visitor: Global Privacy Control, and Do Not Track."""

from collections.abc import Mapping
from typing import Final

GPC: Final = "Global Privacy Control"
SIGNALS: Final = {"HTTP_SEC_GPC": GPC, "HTTP_DNT": "Do Not Track"}
"""The headers that say no for a visitor, each as exactly "1"; one such value among several counts."""


def signals(meta: Mapping[str, object]) -> tuple[str, ...]:
    """Give the names of the signals by which a browser says no."""
    return tuple(name for header, name in SIGNALS.items() if "1" in _values(str(meta.get(header, ""))))


def _values(header: str) -> list[str]:
    """Part what a server joined of several headers of one name."""
    return [part.strip(" \t") for part in header.split(",")]
