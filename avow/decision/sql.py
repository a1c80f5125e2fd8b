"""Say the rule as one boolean expression of SQL, for audiences and for tests."""

from avow.decision.plan import Plan
from avow.terms import MASK_BITS

_CONDITION = (
    "((stated | accepted) & %s::bit(256)) <> 0::bit(256)"
    " AND (refused & %s::bit(256)) = 0::bit(256)"
    " AND (relations & %s::bigint) = %s::bigint"
)


def condition(plan: Plan) -> tuple[str, list[object]]:
    """Give the expression and its parameters; it is true exactly where the plan allows.

    It reads the columns stated, accepted, refused (bit(256)) and relations (bigint). A NULL in
    one of them makes it NULL, which selects nothing.
    """
    return _CONDITION, [_bits(plan.use), _bits(plan.forbid), plan.needs, plan.needs]


def _bits(mask: int) -> str:
    return format(mask, f"0{MASK_BITS}b")
