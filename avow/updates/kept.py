"""Set beside each sentence how it is kept: promise, rule, keepers, proofs."""

from collections.abc import Iterator
from dataclasses import dataclass

from avow.policy.document import Clause, Policy, Rule
from avow.policy.proof.evidence import EVIDENCE, Evidence
from avow.terms import ClauseClass, Promise


@dataclass(frozen=True, slots=True)
class KeptPromise:
    """A promise: its meaning, the functions that keep it, the tests that prove it."""

    meaning: str
    keepers: tuple[str, ...]
    proofs: tuple[str, ...]


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


def kept(policy: Policy) -> tuple[KeptSection, ...]:
    """Give every section with its sentences, in the order of the page."""
    return tuple(
        KeptSection(section.title, tuple(_clause(policy.clauses[name]) for name in section.clauses))
        for section in policy.sections
        if section.clauses
    )


def _clause(clause: Clause) -> KeptClause:
    promises = tuple(_promise(promise) for promise in clause.promises)
    return KeptClause(clause.id, clause.text, clause.kind, promises, tuple(_say(rule) for rule in clause.rules))


def _promise(promise: Promise) -> KeptPromise:
    keepers, proofs = EVIDENCE.get(promise.slug, Evidence((), ()))
    return KeptPromise(promise.meaning, keepers, proofs)


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
