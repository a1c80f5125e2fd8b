"""Log what went wrong without telling of whom: method, path without tokens, status, and where in our code."""

import logging
import re
import time
import traceback
from pathlib import Path

FIELDS = ("at", "level", "method", "path", "status", "fault")
"""What a line may hold; nothing else is ever written, no message of an exception and no address."""
_SECRET = re.compile(r"[^/]{16,}")
_HOME = Path(__file__).parent.parent


class Scrubbed(logging.Formatter):
    """Write a record as one line of FIELDS."""

    def format(self, record: logging.LogRecord) -> str:
        """Give the line: a path keeps its short parts, a fault is named by its type and place."""
        request = getattr(record, "request", None)
        values = {
            "at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(record.created)),
            "level": record.levelname.lower(),
            "method": getattr(request, "method", ""),
            "path": _SECRET.sub("...", getattr(request, "path", "")),
            "status": str(getattr(record, "status_code", "")),
            "fault": _fault(record),
        }
        return " ".join(values[name] for name in FIELDS if values[name])


def _fault(record: logging.LogRecord) -> str:
    """Give the type of an exception and the last place of ours that it passed, or the place that logged."""
    if not record.exc_info or record.exc_info[1] is None:
        return f"{record.name}:{record.lineno}"
    error = record.exc_info[1]
    places = [
        frame for frame in traceback.extract_tb(error.__traceback__) if Path(frame.filename).is_relative_to(_HOME)
    ]
    ours = [frame for frame in places if "site-packages" not in frame.filename] or places
    where = f" at {Path(ours[-1].filename).relative_to(_HOME)}:{ours[-1].lineno}" if ours else ""
    return f"{type(error).__name__}{where}"


SCRUBBED = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"scrubbed": {"()": Scrubbed}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "scrubbed", "level": "ERROR"}},
    "loggers": {"django": {"handlers": ["stderr"], "level": "ERROR", "propagate": False}},
}
"""The configuration: errors go to the error stream, scrubbed."""
