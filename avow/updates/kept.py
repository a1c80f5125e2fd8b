"""Set beside each sentence how it is kept: promise, rule, keepers, proofs, the running count."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from avow.ledger.read import Count
from avow.policy.document import Clause, Policy, Rule
from avow.policy.proof.evidence import EVIDENCE, Evidence
from avow.terms import ClauseClass, Promise
from avow.updates.running import lines


@dataclass(frozen=True, slots=True)
class KeptPromise:
    """A promise: its meaning, the functions that keep it, the tests that prove it, the acts counted and since when."""

    meaning: str
    keepers: tuple[str, ...]
    proofs: tuple[str, ...]
    counts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class KeptClause:
    """A sentence with what stands behind it."""

    id: str
    text: str
    kind: ClauseClass
    promises: tuple[KeptPromise, ...]
    rules: tuple[str, ...]

    @property
    def kept(self) -> bool:
        """Say whether code keeps and tests prove each of its promises."""
        return bool(self.promises) and all(one.keepers and one.proofs for one in self.promises)


@dataclass(frozen=True, slots=True)
class KeptSection:
    """A heading with its sentences."""

    title: str
    clauses: tuple[KeptClause, ...]


def kept(policy: Policy, counts: Mapping[str, Count]) -> tuple[KeptSection, ...]:
    """Give every section with its sentences, in the order of the page, and what is counted of each kind of act."""
    return tuple(
        KeptSection(section.title, tuple(_clause(policy.clauses[name], counts) for name in section.clauses))
        for section in policy.sections
        if section.clauses
    )


def _clause(clause: Clause, counts: Mapping[str, Count]) -> KeptClause:
    promises = tuple(_promise(promise, counts) for promise in clause.promises)
    return KeptClause(clause.id, clause.text, clause.kind, promises, tuple(_say(rule) for rule in clause.rules))


def _promise(promise: Promise, counts: Mapping[str, Count]) -> KeptPromise:
    keepers, proofs = EVIDENCE.get(promise.slug, Evidence((), ()))
    return KeptPromise(promise.meaning, keepers, proofs, lines(promise, counts))


def _say(rule: Rule) -> str:
    return f"{'permit' if rule.permit else 'forbid'} {' '.join(_selectors(rule)) or 'everything'}"


def _selectors(rule: Rule) -> Iterator[str]:
    for word, names in (
        ("purposes", rule.purposes),
        ("recipients", rule.recipients),
        ("categories", rule.categories),
        ("kinds", rule.kinds),
    ):
        if names is not None:
            yield f"{word} {', '.join(sorted(names))}"
    if rule.scope:
        yield f"in scope {rule.scope}"
    if rule.when:
        yield f"when {rule.when}"
