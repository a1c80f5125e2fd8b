"""Decide by a version what a use needs: allowed if some permit speaks of it and no forbid bites."""

from dataclasses import dataclass

from avow_audit.law.meaning import History
from avow_audit.law.policy import Policy, Purpose, Rule
from avow_audit.law.words import CONDITIONS, LAWS, MARKETING, RECIPIENT_NEEDS, RELATIONS, SCOPES


@dataclass(frozen=True, slots=True)
class Use:
    """One use of data: a purpose, over categories, towards a class of recipients, perhaps under a topic."""

    purpose: Purpose
    categories: frozenset[str]
    recipient: str
    topic: str | None

    @property
    def scopes(self) -> frozenset[str]:
        """Give what a refusal of which covers it: its topic, its own scope, all marketing, all that is optional."""
        found = {"topic"} if self.topic is not None else set()
        own = self.purpose.scope
        if own == "marketing" or self.purpose.kind in MARKETING:
            found |= {own or "marketing", "marketing", "optional"}
        elif own or self.purpose.default is not None:
            found |= {own or "optional", "optional"}
        return frozenset(found)


@dataclass(frozen=True, slots=True)
class Ruling:
    """What a use comes to under a version, but for the person.

    `permits` are the clauses that permit it, `always` those that forbid it come what may; `word` is the mask of
    what must have been stated or accepted, one bit of it; `bars` are the bits of refusals and conditions that
    forbid it, `needs` the relations (a mask) without which it is forbidden; `heads` are the categories that
    permission goes by.
    """

    policy: Policy
    use: Use
    permits: tuple[str, ...]
    always: tuple[str, ...]
    word: int
    bars: frozenset[int]
    needs: int
    heads: frozenset[str]


def ruling(history: History, policy: Policy, use: Use) -> Ruling:
    """Read every rule of a version for a use, and the laws that stand under every policy."""
    known = use.categories and use.categories <= use.purpose.categories and use.recipient in use.purpose.recipients
    clear = known and (use.topic is None or use.topic in policy.topics)
    rules = [rule for rule in policy.rules if _speaks(rule, use)]
    bars, needs, always = _laws(history, use), _needs(use), []
    for rule in rules:
        if rule.permit:
            continue
        if rule.when == "refused" and (rule.scope in SCOPES or rule.scope == "topic"):
            bars |= _bits(history, use, {str(rule.scope)})
        elif rule.when in CONDITIONS:
            bars.add(CONDITIONS[str(rule.when)])
        elif rule.when is not None and rule.when.removeprefix("no-") in RELATIONS:
            needs |= 1 << RELATIONS[rule.when.removeprefix("no-")]
        elif rule.when != "unstated":
            always.append(rule.clause)
    permits = sorted({rule.clause for rule in rules if rule.permit})
    word = history.word(policy, use.purpose, use.recipient, use.categories) if clear else 0
    heads = use.categories & policy.addressed or use.categories
    return Ruling(policy, use, tuple(permits), tuple(always), word, frozenset(bars), needs, frozenset(heads))


def _speaks(rule: Rule, use: Use) -> bool:
    """Say whether a rule speaks of a use: a permit of all of its data, a forbid of any of it."""
    if rule.purposes is not None and use.purpose.id not in rule.purposes:
        return False
    if rule.recipients is not None and use.recipient not in rule.recipients:
        return False
    if rule.kinds is not None and use.purpose.kind not in rule.kinds:
        return False
    if rule.scope is not None and rule.scope not in use.scopes:
        return False
    if rule.categories is None:
        return True
    return use.categories <= rule.categories if rule.permit else bool(use.categories & rule.categories)


def _laws(history: History, use: Use) -> set[int]:
    """Give the bits that bar a use under every policy: what is refused, and the conditions."""
    bars, kind = _bits(history, use, use.scopes), use.purpose.kind
    optional = "optional" in use.scopes
    for condition, (reach, kinds) in LAWS.items():
        barred = {
            "all": kind not in kinds,
            "messages": kind is not None or optional,
            "optional": optional,
            "answers": optional or kind in kinds,
        }[reach]
        if barred:
            bars.add(CONDITIONS[condition])
    return bars


def _bits(history: History, use: Use, scopes: "frozenset[str] | set[str]") -> set[int]:
    fixed = {SCOPES[scope] for scope in scopes if scope in SCOPES}
    return fixed | ({history.topics[use.topic]} if "topic" in scopes and use.topic in history.topics else set())


def _needs(use: Use) -> int:
    names = set(use.purpose.needs)
    if use.recipient in RECIPIENT_NEEDS:
        names.add(RECIPIENT_NEEDS[use.recipient])
    return sum(1 << RELATIONS[name] for name in names if name in RELATIONS)
