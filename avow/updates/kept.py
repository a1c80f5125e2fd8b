"""Set beside each sentence how it is kept: promise, rule, keepers, proofs, the running count."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from avow.ledger.read import Count
from avow.policy.document import Clause, Policy, Rule
from avow.policy.proof.evidence import EVIDENCE, Evidence
from avow.terms import ClauseClass, Promise
from avow.updates.running import lines


@dataclass(frozen=True, slots=True)
class Named:
    """A function or a test: its name in words, and where it stands in the source."""

    words: str
    place: str


@dataclass(frozen=True, slots=True)
class KeptPromise:
    """A promise: its meaning, the functions that keep it, the tests that prove it, the acts counted and since when."""

    meaning: str
    keepers: tuple[Named, ...]
    proofs: tuple[Named, ...]
    counts: tuple[str, ...]

    @property
    def whole(self) -> bool:
        """Say whether code keeps it and tests prove it."""
        return bool(self.keepers and self.proofs)


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
        return bool(self.promises) and not self.open

    @property
    def open(self) -> bool:
        """Say whether it makes a promise that no code keeps or no test proves yet."""
        return not all(one.whole for one in self.promises)


@dataclass(frozen=True, slots=True)
class KeptSection:
    """A heading with its sentences."""

    title: str
    clauses: tuple[KeptClause, ...]


@dataclass(frozen=True, slots=True)
class Tally:
    """How many sentences there are, and how many of them are kept, are not yet, or only inform."""

    sentences: int
    kept: int
    open: int
    informing: int


def tally(sections: Sequence[KeptSection]) -> Tally:
    """Count the sentences of a page by how they are kept."""
    clauses = [clause for section in sections for clause in section.clauses]
    kept_now, waiting = sum(one.kept for one in clauses), sum(one.open for one in clauses)
    return Tally(len(clauses), kept_now, waiting, len(clauses) - kept_now - waiting)


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
    return KeptPromise(
        promise.meaning, tuple(map(_keeper, keepers)), tuple(map(_proof, proofs)), lines(promise, counts)
    )


def _keeper(place: str) -> Named:
    """Name a function by its package and itself: `avow.mail.stop:stop` is "mail: stop"."""
    module, _, function = place.partition(":")
    return Named(f"{module.split('.')[1]}: {_words(function.rpartition('.')[2])}", place)


def _proof(place: str) -> Named:
    """Name a test by what it says: `tests/laws/test_x.py::test_default_deny` is "Default deny"."""
    words = _words(place.rpartition("::")[2].removeprefix("test_"))
    return Named(f"{words[:1].upper()}{words[1:]}", place)


def _words(name: str) -> str:
    return name.strip("_").replace("_", " ")


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
