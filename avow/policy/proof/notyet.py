"""Know which promises Avow does not keep yet; the list may only shrink."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from avow.errors import PolicyError
from avow.policy.grammar.faults import suggest
from avow.policy.grammar.toml import value
from avow.policy.proof.evidence import Evidence
from avow.terms import Promise

HEAD = """# The promises that no code keeps or no test proves yet. The list only shrinks:
# `python -m avow.policy.proof.scan` takes out what is kept and proven, and lowers the ceiling,
# which is the number left and never rises.
"""


@dataclass(frozen=True, slots=True)
class NotYet:
    """The ids of the open promises, and the most that there may be; who closes one lowers the ceiling."""

    promises: tuple[str, ...] = ()
    ceiling: int = 0
    path: str = ""


def not_yet(path: Path) -> NotYet:
    """Read the list of open promises; raise PolicyError where it is not one."""
    try:
        told = tomllib.loads(path.read_text("utf-8"))
        return NotYet(tuple(str(one) for one in told["promises"]), int(told["ceiling"]), str(path))
    except (OSError, ValueError, KeyError, TypeError) as error:
        hint = 'write ceiling = 1 and promises = ["..."]'
        raise PolicyError(
            f"the list of open promises cannot be read: {error}", path=str(path), line=1, hint=hint
        ) from error


def shrunk(found: NotYet, evidence: Mapping[str, Evidence]) -> str:
    """Give the text of the list without the promises that are kept and proven now, and its lower ceiling."""
    left = [slug for slug in found.promises if not (slug in evidence and evidence[slug].whole)]
    rows = "".join(f"    {value(slug)},\n" for slug in left)
    return f"{HEAD}ceiling = {len(left)}\npromises = [\n{rows}]\n"


def stale(found: NotYet, evidence: Mapping[str, Evidence]) -> Iterator[PolicyError]:
    """Give what is wrong with the list: unknown or kept promises, and a ceiling that is not their number."""
    known = {promise.slug for promise in Promise}
    for slug in found.promises:
        if slug not in known:
            yield PolicyError(f"there is no promise {slug!r}", path=found.path, line=1, hint=suggest(slug, known))
        elif slug in evidence and evidence[slug].whole:
            hint = "take it out of the list and lower the ceiling by one"
            yield PolicyError(f"the promise {slug!r} is kept and proven now", path=found.path, line=1, hint=hint)
    if len(found.promises) != found.ceiling:
        message = f"the list holds {len(found.promises)} promises and its ceiling is {found.ceiling}"
        hint = "the list only shrinks: keep the new promise, or lower the ceiling to the number left"
        yield PolicyError(message, path=found.path, line=1, hint=hint)
