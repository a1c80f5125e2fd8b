"""Gather what is wrong with a file, so that its author sees all of it at once."""

from collections.abc import Iterable
from difflib import get_close_matches

from avow.errors import PolicyError, PolicyErrors

LISTED = 24


class Faults:
    """The errors of one file, each with its line (1-based), its clause and what to do."""

    def __init__(self, path: str) -> None:
        """Begin with none."""
        self.path = path
        self.found: list[PolicyError] = []

    def add(self, message: str, line: int, clause: str = "", hint: str = "") -> None:
        """Note one error at a line."""
        self.found.append(PolicyError(message, path=self.path, line=line, clause=clause, hint=hint))

    def stop(self) -> None:
        """Raise PolicyErrors, in the order of the file, if there are any."""
        if self.found:
            raise PolicyErrors(sorted(self.found, key=lambda error: error.line))


def suggest(word: str, known: Iterable[str]) -> str:
    """Say which known word was perhaps meant, or list the known words."""
    words = sorted(str(one) for one in known)
    near = get_close_matches(word, words, n=1)
    if near:
        return f"did you mean {near[0]!r}?"
    return f"known: {', '.join(words[:LISTED])}" if words else "none is declared"
