"""Compile a request once into masks, so that a decision is a few operations on integers."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from avow.decision.decide import bars, needs, selects, word
from avow.decision.decision import Decision, Outcome
from avow.decision.facts import Facts
from avow.decision.request import Request
from avow.policy.document import Policy, Rule
from avow.policy.history import History

_Clauses = frozenset[str]


@dataclass(frozen=True, slots=True)
class Plan:
    """One request under one version, as masks and tables from a bit to the clauses that look at it.

    `use` are the uses that permit (0 if nothing permits or a forbid always bites), `forbid` the
    scopes and conditions that forbid, `needs` the relations that must be on file; `word` are the
    uses that state the request, permitted or not.
    """

    request: Request
    use: int
    forbid: int
    needs: int
    word: int
    allow: Decision
    always: _Clauses
    unstated: _Clauses
    bars: Mapping[int, _Clauses]
    lacks: Mapping[int, _Clauses]
    _known: dict[tuple[bool, int, int], Decision] = field(default_factory=dict, repr=False, compare=False)

    def decide(self, facts: Facts) -> Decision:
        """Decide as decide.decide does, from four masks; what was decided alike before is not built again."""
        told = (facts.stated | facts.accepted) & self.word != 0
        key = (told, facts.refused & self.forbid, self.needs & ~facts.relations)
        return self._known.get(key) or self._known.setdefault(key, self._first(*key))

    def _first(self, told: bool, barred: int, lacking: int) -> Decision:
        if told and self.use and not barred and not lacking:
            return self.allow
        because = set(self.always if told else self.always | self.unstated)
        because.update(*(clauses for mask, clauses in self.bars.items() if mask & barred))
        because.update(*(clauses for mask, clauses in self.lacks.items() if mask & lacking))
        return Decision(Outcome.DENY, frozenset(because))


def plan(history: History, policy: Policy, request: Request) -> Plan:
    """Compile a request under a version."""
    rules = [rule for rule in policy.rules if selects(policy, rule, request)]
    permits = _clauses(rule for rule in rules if rule.permit and rule.when is None)
    forbids = [rule for rule in rules if not rule.permit]
    unstated = _clauses(rule for rule in forbids if rule.when == "unstated")
    lacks = [(needs(rule), rule) for rule in forbids if needs(rule)]
    barring = [(bars(history, rule, request), rule) for rule in forbids if rule.when != "unstated" and not needs(rule)]
    always = _clauses(rule for mask, rule in barring if not mask)
    stating = word(history, policy, request)
    return Plan(
        request=request,
        use=stating if permits and not always else 0,
        forbid=_union(mask for mask, _ in barring),
        needs=_union(mask for mask, _ in lacks),
        word=stating,
        allow=Decision(Outcome.ALLOW, permits),
        always=always,
        unstated=unstated,
        bars=_table((mask, rule) for mask, rule in barring if mask),
        lacks=_table(lacks),
    )


def _clauses(rules: Iterable[Rule]) -> _Clauses:
    return frozenset(rule.clause for rule in rules)


def _union(masks: Iterable[int]) -> int:
    whole = 0
    for mask in masks:
        whole |= mask
    return whole


def _table(pairs: Iterable[tuple[int, Rule]]) -> dict[int, _Clauses]:
    table: dict[int, _Clauses] = {}
    for mask, rule in pairs:
        table[mask] = table.get(mask, frozenset()) | {rule.clause}
    return table
