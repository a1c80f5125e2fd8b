"""Name the place of a line in a list that is shown a page at a time, for an address; it tells of nobody."""

from datetime import UTC, datetime
from uuid import UUID


def place(at: datetime, key: UUID) -> str:
    """Give what names the place of a line, by its instant and its key."""
    return f"{at.timestamp():.6f}_{key}"


def placed(mark: str) -> tuple[datetime, UUID] | None:
    """Read what `place` gave; None for what is no such place."""
    at, _, key = mark.partition("_")
    try:
        return datetime.fromtimestamp(float(at), UTC), UUID(key)
    except (ValueError, OverflowError, OSError):
        return None
