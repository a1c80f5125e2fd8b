"""Say which sentences of the reference policy a policy covers, by its promises or by what it says to inform."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from avow.errors import PolicyError
from avow.policy.document import Policy
from avow.terms import ClauseClass

FILE = "sentences.toml"


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many sentences the reference has (S1 to Sn), and for which of them each informational clause stands."""

    sentences: int
    informs: Mapping[str, tuple[str, ...]]
    path: str = ""


def coverage(folder: Path) -> Coverage | None:
    """Read `sentences.toml` beside the versions of a policy; None if the policy follows no reference."""
    path = folder / FILE
    if not path.is_file():
        return None
    try:
        told = tomllib.loads(path.read_text("utf-8"))
        informs = {str(clause): tuple(map(str, ids)) for clause, ids in told["informs"].items()}
        return Coverage(int(told["sentences"]), informs, str(path))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        hint = 'write sentences = 43 and [informs] "clause.id" = ["S1"]'
        raise PolicyError(f"the coverage cannot be read: {error}", path=str(path), line=1, hint=hint) from error


def covered(policy: Policy, told: Coverage) -> frozenset[str]:
    """Give the ids of the sentences that a policy covers."""
    promised = {one for clause in policy.clauses.values() for promise in clause.promises for one in promise.sentences}
    informed = {one for clause, ids in told.informs.items() if clause in policy.clauses for one in ids}
    return frozenset(promised | informed)


def uncovered(policy: Policy, told: Coverage) -> Iterator[PolicyError]:
    """Give an error for each sentence that nothing covers, and each clause that is said to inform and does not."""
    for clause in told.informs:
        found = policy.clauses.get(clause)
        if found is None or found.kind is not ClauseClass.INFORMATIONAL:
            hint = "name an informational clause of the policy"
            yield PolicyError(f"no informational clause {clause!r}", path=told.path, line=1, clause=clause, hint=hint)
    done = covered(policy, told)
    for name in (f"S{number}" for number in range(1, told.sentences + 1)):
        if name not in done:
            hint = "make a promise that covers it, or name an informational clause that stands for it"
            yield PolicyError(f"nothing covers the sentence {name}", path=told.path, line=1, hint=hint)
