"""Decide by reading the rules one by one: the reference that every other form is tested against."""

from avow.decision.decision import Decision, Outcome
from avow.decision.facts import CONDITIONS, LACKS, SCOPES, Facts
from avow.decision.request import Request
from avow.policy.document import Policy, Rule
from avow.policy.history import History
from avow.policy.proof.keeps import keeps
from avow.terms import Promise


@keeps(Promise.PURPOSES_ONLY, Promise.OPTOUT, Promise.EXEMPTIONS_LIMITED, Promise.EXEMPTIONS_NOTICED)
def decide(history: History, policy: Policy, request: Request, facts: Facts) -> Decision:
    """Allow if some permit covers the use and no forbid bites, and name the clauses that made it so.

    A deny without a clause is the default: nothing permits the use.
    """
    told = bool(word(history, policy, request) & (facts.stated | facts.accepted))
    rules = [rule for rule in policy.rules if selects(policy, rule, request)]
    permits = {rule.clause for rule in rules if rule.permit and rule.when is None and told}
    forbids = {rule.clause for rule in rules if not rule.permit and bites(history, rule, request, facts, told=told)}
    if permits and not forbids:
        return Decision(Outcome.ALLOW, frozenset(permits))
    return Decision(Outcome.DENY, frozenset(forbids))


def word(history: History, policy: Policy, request: Request) -> int:
    """Give the mask of the meanings that state this use; 0 if the request has no category or an unknown word."""
    clear = request.categories and (request.topic is None or request.topic in policy.topics)
    return history.use_word(policy, request.purpose, request.recipient, request.categories) if clear else 0


def selects(policy: Policy, rule: Rule, request: Request) -> bool:
    """Say whether a rule speaks of a request: a permit of all its categories, a forbid of any of them."""
    purpose = policy.purposes.get(request.purpose)
    overlap = request.categories & (request.categories if rule.categories is None else rule.categories)
    return (
        (rule.purposes is None or request.purpose in rule.purposes)
        and (rule.recipients is None or request.recipient in rule.recipients)
        and (overlap == request.categories if rule.permit else bool(overlap) or rule.categories is None)
        and (rule.kinds is None or (purpose is not None and purpose.kind in rule.kinds))
        and (rule.scope is None or rule.scope in scopes(policy, request) or unclear(rule))
    )


def scopes(policy: Policy, request: Request) -> frozenset[str]:
    """Give the scopes that a request lies in: its topic, its purpose's scope, all marketing, all optional."""
    purpose = policy.purposes.get(request.purpose)
    own = frozenset({"topic"} if request.topic is not None else ())
    if purpose is None:
        return own
    if purpose.scope == "marketing" or (purpose.kind is not None and purpose.kind.marketing):
        return own | {purpose.scope or "marketing", "marketing", "optional"}
    return own | {purpose.scope or "optional", "optional"} if purpose.scope or purpose.default else own


def unclear(rule: Rule) -> bool:
    """Say whether a forbid names a scope that nobody knows; it then speaks of everything."""
    return not rule.permit and rule.scope is not None and rule.scope != "topic" and rule.scope not in SCOPES


def bites(history: History, rule: Rule, request: Request, facts: Facts, *, told: bool) -> bool:
    """Say whether the condition of a forbid holds; one without a condition, or with an unknown one, always holds."""
    if rule.when == "unstated":
        return not told
    relation, mask = needs(rule), bars(history, rule, request)
    if relation:
        return not facts.relations & relation
    return not mask or bool(facts.refused & mask)


def needs(rule: Rule) -> int:
    """Give the bit of the relation without which a forbid bites; 0 if its words name none."""
    relation = LACKS.get(rule.when or "")
    return 0 if relation is None else relation.mask


def bars(history: History, rule: Rule, request: Request) -> int:
    """Give the bit of the refused mask at which a forbid bites; 0 if its words name none."""
    condition = CONDITIONS.get(rule.when or "")
    if condition is not None:
        return condition.mask
    if rule.when != "refused" or rule.scope is None:
        return 0
    if rule.scope == "topic":
        return history.topic_mask(request.topic) if request.topic in history.topics else 0
    return SCOPES[rule.scope].mask if rule.scope in SCOPES else 0
