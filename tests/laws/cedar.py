"""Say a policy's rules in Cedar, and let its engine decide: a third oracle that shares no code with ours."""

import json
from collections.abc import Iterable, Sequence
from typing import Any

import cedarpy

from avow.decision.decision import Decision, Outcome
from avow.decision.facts import Facts
from avow.decision.request import Request
from avow.policy.document import Policy, Rule
from avow.policy.history import History
from avow.terms import Relation, Scope

CHOSEN = {"optional", "marketing", "disclosure", "enrichment", "insight", "courtesy"}
CONDITIONS = {"bounced", "unverified", "held", "suspended", "deceased", "contested"}
RELATIONS = {relation.name.lower(): relation for relation in Relation}


class Cedar:
    """One version of a policy as Cedar policies and entities: purposes lie in scopes, scopes in "optional"."""

    def __init__(self, history: History, policy: Policy) -> None:
        """Write the rules and parse them once."""
        self.history, self.policy = history, policy
        self.clauses = [rule.clause for rule in policy.rules]
        self.policies = cedarpy.PolicySet.from_str("\n".join(_statement(rule) for rule in policy.rules))
        self.entities = cedarpy.Entities.from_json_str(json.dumps(list(_entities(policy))))

    def request(self, request: Request, facts: Facts) -> dict[str, Any]:
        """Write a request and its facts as Cedar reads them: a principal, a resource, a context of words."""
        meanings = {str(bit): 1 << bit for bit in self.history.bits.values()}
        clear = bool(request.categories) and (request.topic is None or request.topic in self.policy.topics)
        use = self.history.use_word(self.policy, request.purpose, request.recipient, request.categories) * clear
        return {
            "principal": f'Recipient::"{request.recipient.value}"',
            "action": 'Action::"use"',
            "resource": f'Purpose::"{request.purpose}"',
            "context": json.dumps(
                {
                    "categories": sorted(request.categories),
                    "topic": request.topic or "",
                    "known": [request.topic] if request.topic in self.history.topics else [],
                    "means": [name for name, bit in meanings.items() if use & bit],
                    "told": [name for name, bit in meanings.items() if (facts.stated | facts.accepted) & bit],
                    "refused": [scope.name.lower() for scope in Scope if facts.refused & scope.mask],
                    "topics": [topic for topic, bit in self.history.topics.items() if facts.refused & 1 << bit],
                    "relations": [name for name, relation in RELATIONS.items() if facts.relations & relation.mask],
                }
            ),
        }

    def decide(self, points: Sequence[tuple[Request, Facts]]) -> list[Decision]:
        """Decide a batch, and name the clauses that Cedar says determined each."""
        asked = [self.request(*point) for point in points]
        return [self.read(found) for found in cedarpy.is_authorized_batch(asked, self.policies, self.entities)]

    def read(self, found: cedarpy.AuthzResult) -> Decision:
        """Turn Cedar's answer into ours; an error in a policy would be skipped by Cedar, so none may happen."""
        if found.diagnostics.errors:
            raise AssertionError(found.diagnostics.errors)
        because = frozenset(self.clauses[int(name.removeprefix("policy"))] for name in found.diagnostics.reasons)
        return Decision(Outcome.ALLOW if found.allowed else Outcome.DENY, because)


def _entities(policy: Policy) -> Iterable[dict[str, Any]]:
    for name in sorted(CHOSEN | {purpose.scope for purpose in policy.purposes.values()} - {""}):
        above = [] if name == "optional" else [_id("Scope", "optional")]
        yield {"uid": _id("Scope", name), "attrs": {}, "parents": above}
    for purpose in policy.purposes.values():
        kind = purpose.kind.value if purpose.kind else ""
        within = {purpose.scope} if purpose.scope else set()
        within |= {"marketing"} if kind.startswith("marketing.") or kind == "newsletter" else set()
        within |= {"optional"} if purpose.default else set()
        parents = [_id("Scope", name) for name in sorted(within)]
        yield {"uid": _id("Purpose", purpose.id), "attrs": {"kind": kind}, "parents": parents}


def _id(kind: str, name: str) -> dict[str, str]:
    return {"type": kind, "id": name}


def _statement(rule: Rule) -> str:
    head = "permit" if rule.permit else "forbid"
    tests = [*_selectors(rule), _permitted(rule) if rule.permit else _forbidden(rule)]
    return f"{head} (principal, action, resource) when {{ {' && '.join(tests)} }};"


def _selectors(rule: Rule) -> Iterable[str]:
    if rule.purposes is not None:
        yield f"[{_names('Purpose', rule.purposes)}].contains(resource)"
    if rule.recipients is not None:
        yield f"[{_names('Recipient', (r.value for r in rule.recipients))}].contains(principal)"
    if rule.categories is not None:
        test = "containsAll" if rule.permit else "containsAny"
        yield f"{_words(rule.categories)}.{test}(context.categories)"
    if rule.kinds is not None:
        yield f"resource has kind && {_words(k.value for k in rule.kinds)}.contains(resource.kind)"
    if rule.scope == "topic":
        yield 'context.topic != ""'
    elif rule.scope is not None and (rule.permit or rule.scope in CHOSEN):
        yield f'resource in Scope::"{rule.scope}"'


def _permitted(rule: Rule) -> str:
    return "context.means.containsAny(context.told)" if rule.when is None else "false"


def _forbidden(rule: Rule) -> str:
    when = rule.when or ""
    if when == "unstated":
        return "!context.means.containsAny(context.told)"
    if when in CONDITIONS:
        return f'context.refused.contains("{when}")'
    if when.startswith("no-") and when[3:].replace("-", "_") in RELATIONS:
        return f'!context.relations.contains("{when[3:].replace("-", "_")}")'
    if when == "refused" and rule.scope == "topic":
        return "(context.topics.contains(context.topic) || !context.known.contains(context.topic))"
    if when == "refused" and rule.scope in CHOSEN:
        return f'context.refused.contains("{rule.scope}")'
    return "true"


def _names(kind: str, names: Iterable[str]) -> str:
    return ", ".join(f'{kind}::"{name}"' for name in sorted(names))


def _words(names: Iterable[str]) -> str:
    return json.dumps(sorted(names))
