"""Name what comes of cleaning a file."""

from dataclasses import dataclass


class Refused(Exception):
    """A file is not kept; the message says why, in a few words of ours."""


@dataclass(frozen=True, slots=True)
class Made:
    """A file that was made anew: its media type, how its name ends, its bytes."""

    kind: str
    suffix: str
    data: bytes
