"""Say allow or deny, always with the clauses that made it so."""

from dataclasses import dataclass
from enum import StrEnum


class Outcome(StrEnum):
    """What a decision says."""

    ALLOW = "allow"
    DENY = "deny"


@dataclass(frozen=True, slots=True)
class Decision:
    """An outcome and the ids of the clauses that determined it; no clause and deny is the default."""

    outcome: Outcome
    because: frozenset[str]

    @property
    def allowed(self) -> bool:
        """Say whether the use may happen."""
        return self.outcome is Outcome.ALLOW
