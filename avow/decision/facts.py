"""Hold all that a decision may know about one item of one person."""

from collections.abc import Mapping
from dataclasses import dataclass

from avow.terms import Relation, Scope

CONDITIONS: Mapping[str, Scope] = {
    "bounced": Scope.BOUNCED,
    "unverified": Scope.UNVERIFIED,
    "held": Scope.HELD,
    "suspended": Scope.SUSPENDED,
    "deceased": Scope.DECEASED,
    "contested": Scope.CONTESTED,
}
"""The words for conditions that a forbid may name, beside "refused", "unstated" and "no-<relation>"."""

SCOPES: Mapping[str, Scope] = {scope.name.lower(): scope for scope in Scope if scope.choice}
"""The words for scopes that a person can refuse; beside them stands "topic", the request's own."""

LACKS: Mapping[str, Relation] = {f"no-{relation.name.lower().replace('_', '-')}": relation for relation in Relation}
"""The words for relations that a use may lack."""


@dataclass(frozen=True, slots=True)
class Facts:
    """Four masks: uses stated, uses accepted, scopes refused with conditions, relations that are on file."""

    stated: int = 0
    accepted: int = 0
    refused: int = 0
    relations: int = 0
