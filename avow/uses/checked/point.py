"""Hold one thing that a message must have, or should."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Point:
    """One thing that a message must have: what it is, whether it has it, what is wrong or who sees to it.

    Without what is not a `must` it goes out all the same, and is the worse for it.
    """

    title: str
    kept: bool
    words: str
    do: str = ""
    must: bool = True
