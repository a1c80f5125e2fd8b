"""Generate rules, requests and facts of every kind, with words that nobody knows among them."""

from collections.abc import Iterable

from hypothesis import strategies as st

from avow.decision.facts import CONDITIONS, LACKS, SCOPES, Facts
from avow.decision.request import Request
from avow.policy.document import Policy, Rule
from avow.policy.history import History, number
from avow.terms import MASK_BITS, MessageKind, RecipientClass, Relation
from tests.laws.small import CATEGORIES, PURPOSES, make

UNKNOWN = "nobody-knows"
NAMES = [purpose.id for purpose in PURPOSES]
KINDS = [purpose.kind for purpose in PURPOSES if purpose.kind]
TOPICS = ["tides", "lamps"]
_masks = st.integers(0, (1 << MASK_BITS) - 1)
_few = st.frozensets(st.sampled_from([*(category.id for category in CATEGORIES), UNKNOWN]), max_size=2)


def _some(words: Iterable[str]) -> st.SearchStrategy[frozenset[str] | None]:
    """Select nothing in particular (None), or some of these."""
    return st.none() | st.frozensets(st.sampled_from([*words, UNKNOWN]), min_size=1, max_size=4)


def rules(*, permit: bool | None = None) -> st.SearchStrategy[Rule]:
    """Give rules, well and badly written; permits alone, forbids alone, or both."""
    return st.builds(
        Rule,
        clause=st.sampled_from("abcdefgh"),
        permit=st.booleans() if permit is None else st.just(permit),
        purposes=_some(NAMES),
        recipients=st.none() | st.frozensets(st.sampled_from(RecipientClass), min_size=1),
        categories=_some(category.id for category in CATEGORIES),
        kinds=st.none() | st.none() | st.frozensets(st.sampled_from([*KINDS, MessageKind.SUPPORT]), min_size=1),
        scope=st.none() | st.sampled_from([*SCOPES, "topic", UNKNOWN, "bounced"]),
        when=st.none() | st.sampled_from(["refused", "unstated", *CONDITIONS, *LACKS, UNKNOWN]),
    )


def policies() -> st.SearchStrategy[tuple[History, Policy]]:
    """Give policies of such rules; most permit something, so that there is something to forbid."""
    wide = st.builds(Rule, clause=st.just("wide"), permit=st.just(True), purposes=_some(NAMES))
    written = st.lists(wide, max_size=1).flatmap(lambda first: st.lists(rules(), max_size=6).map(lambda x: first + x))
    return written.map(lambda found: make(found, topics=TOPICS)).map(lambda policy: (number([policy]), policy))


def requests() -> st.SearchStrategy[Request]:
    """Give requests, some with a word that nobody knows."""
    purposes = st.sampled_from([*NAMES, UNKNOWN])
    topics = st.none() | st.sampled_from([*TOPICS, UNKNOWN])
    return st.builds(Request, purposes, _few, st.sampled_from(RecipientClass), topics)


def facts(history: History, policy: Policy, request: Request) -> st.SearchStrategy[Facts]:
    """Give facts: any masks at all, or masks in which the request is stated and little is refused."""
    words = history.use_word(policy, request.purpose, request.recipient, request.categories)
    told = st.sampled_from([(words, 0), (0, words)])
    little = st.sampled_from([0, *(scope.mask for scope in CONDITIONS.values()), *(s.mask for s in SCOPES.values())])
    every = (1 << len(Relation)) - 1
    likely = st.builds(lambda both, *rest: Facts(*both, *rest), told, little, st.sampled_from([0, every, every - 1]))
    return likely | st.builds(Facts, _masks, _masks, _masks, st.integers(0, every))
