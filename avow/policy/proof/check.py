"""Check a policy: each clause has its class, each purpose its channel, each promise its keeper and its proof."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from avow.errors import PolicyError
from avow.policy.document import Clause, Policy
from avow.policy.history import History
from avow.policy.meaning.laws import PREFIX
from avow.policy.proof.coverage import Coverage, uncovered
from avow.policy.proof.evidence import EVIDENCE, Evidence
from avow.policy.proof.gaps import gaps
from avow.policy.proof.notyet import NotYet, stale
from avow.policy.proof.processors import processors
from avow.policy.proof.sense import sense
from avow.terms import ClauseClass

NOTHING_OPEN = NotYet()


@dataclass(frozen=True, slots=True)
class Report:
    """What a check found: how many clauses of each class, which promises are open, what is wrong, what is unsaid.

    `open_of` counts by class the clauses that make an open promise.
    """

    clauses: int
    enforced: int
    evidenced: int
    informational: int
    not_yet: tuple[str, ...]
    errors: tuple[PolicyError, ...]
    warnings: tuple[str, ...]
    open_of: Mapping[ClauseClass, int] = field(default_factory=dict)

    @property
    def open(self) -> int:
        """Count the clauses that make an open promise, whatever their class."""
        return sum(self.open_of.values())


def check(
    checked: Policy | History,
    evidence: Mapping[str, Evidence] = EVIDENCE,
    open_promises: NotYet = NOTHING_OPEN,
    coverage: Coverage | None = None,
) -> Report:
    """Check one version, or every version of a history; the counts and warnings are those of the newest."""
    policies = checked.policies if isinstance(checked, History) else (checked,)
    newest = policies[-1]
    errors = [
        error
        for policy in policies
        for error in (*sense(policy), *processors(policy), *_promises(policy, evidence, open_promises))
    ]
    errors += stale(open_promises, evidence)
    errors += uncovered(newest, coverage) if coverage else ()
    kinds = [clause.kind for clause in own(newest)]
    return Report(
        clauses=len(kinds),
        enforced=kinds.count(ClauseClass.ENFORCED),
        evidenced=kinds.count(ClauseClass.EVIDENCED),
        informational=kinds.count(ClauseClass.INFORMATIONAL),
        not_yet=_open(newest, open_promises),
        errors=tuple(errors),
        warnings=gaps(newest),
        open_of=Counter(clause.kind for clause in own(newest) if _makes(clause, open_promises)),
    )


def _makes(clause: Clause, open_promises: NotYet) -> bool:
    return any(promise.slug in open_promises.promises for promise in clause.promises)


def own(policy: Policy) -> Iterator[Clause]:
    """Give the clauses of the policy itself, without the laws."""
    return (clause for clause in policy.clauses.values() if not clause.id.startswith(PREFIX))


def _promises(policy: Policy, evidence: Mapping[str, Evidence], open_promises: NotYet) -> Iterator[PolicyError]:
    """Find promises that no code keeps or no test proves, save those that are open."""
    told: set[str] = set()
    for clause in own(policy):
        for slug in (promise.slug for promise in clause.promises):
            if slug in told or slug in open_promises.promises:
                continue
            told.add(slug)
            yield from _unkept(policy, clause, slug, evidence.get(slug, Evidence((), ())))


def _unkept(policy: Policy, clause: Clause, slug: str, one: Evidence) -> Iterator[PolicyError]:
    place = {"path": policy.path, "clause": clause.id}
    if not one.keepers and clause.kind is not ClauseClass.EVIDENCED:
        hint = "mark the function that keeps it with @keeps, or list the promise as not yet kept"
        yield PolicyError(f"no code keeps the promise {slug!r}", line=clause.line, hint=hint, **place)
    if not one.proofs:
        hint = "mark the test that proves it with @proves, or list the promise as not yet kept"
        yield PolicyError(f"no test proves the promise {slug!r}", line=clause.line, hint=hint, **place)


def _open(policy: Policy, open_promises: NotYet) -> tuple[str, ...]:
    made = {promise.slug for clause in own(policy) for promise in clause.promises}
    return tuple(slug for slug in open_promises.promises if slug in made)
