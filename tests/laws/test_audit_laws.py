"""State that the checker, which shares no code with us, reads and decides every policy as we do."""

from collections.abc import Iterable

from avow_audit.law.meaning import History as TheirHistory
from avow_audit.law.page import page_says
from avow_audit.law.policy import Policy as TheirPolicy
from avow_audit.law.policy import policy as read_anew
from avow_audit.law.rule import Use, ruling
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from avow.decision.domain import requests
from avow.decision.plan import plan
from avow.decision.request import Request
from avow.policy.document import Policy
from avow.policy.history import History, number
from avow.policy.reader import read_text
from avow.policy.shown.page import canonical
from avow.record.taken.given import address_field
from tests.laws.policies import policies, texts

QUICK = settings(max_examples=30, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])


def meanings(history: Iterable[tuple[object, int]]) -> dict[tuple[object, ...], int]:
    """Give bits by the parts of what they mean."""
    parts = ("purpose", "recipient", "controller", "categories", "retention", "longer")
    return {tuple(getattr(told, part) for part in parts): bit for told, bit in history}


def same(history: History, policy: Policy, anew: TheirHistory, theirs: TheirPolicy, request: Request) -> None:
    """Compare what a use needs under a version, as we compile it and as the checker reads it."""
    ours = plan(history, policy, request)
    use = Use(theirs.purposes[request.purpose], request.categories, request.recipient.value, request.topic)
    found = ruling(anew, theirs, use)
    assert found.word == ours.word
    assert frozenset(found.permits) == ours.allow.because
    assert bool(found.always) == bool(ours.always)
    assert sum(1 << bit for bit in found.bars) == ours.forbid
    assert found.needs == ours.needs


@QUICK
@given(policies())
def test_checker_equals_decide(policy: Policy) -> None:
    """For every use of every policy both need the same to have been stated, and the same to bar it."""
    theirs = read_anew(policy.source)
    history, anew = number([policy]), TheirHistory([theirs])
    assert meanings(anew.bits.items()) == meanings(history.bits.items())
    assert anew.topics == history.topics
    for request in requests(policy):
        same(history, policy, anew, theirs, request)
    for kind, channel in policy.channels.items():
        for category in channel.collects:
            stated = history.stated(policy, kind, category)
            assert anew.told(theirs, channel.states, category) == stated


@QUICK
@given(texts())
def test_checker_reads_what_was_typed(text: str) -> None:
    """Whoever typed a policy, both find the same purposes, data, channels and effect in it."""
    policy, theirs = read_text(text), read_anew(text)
    assert theirs.version == policy.front.version
    assert theirs.purposes.keys() == policy.purposes.keys()
    assert theirs.kept == {name: one.retention for name, one in policy.categories.items()}
    assert theirs.addressed == {name for name, one in policy.categories.items() if address_field(one)}
    assert {name: tuple(one["states"]) for name, one in theirs.channels.items()} == {
        kind.value: channel.states for kind, channel in policy.channels.items()
    }


@QUICK
@given(policies(), st.sampled_from(["word", "tag", "swap"]))
def test_checker_finds_another_page(policy: Policy, way: str) -> None:
    """A page is its policy's own, and stops to be when a word is put in, in whatever place of the prose."""
    theirs, page = read_anew(policy.source), canonical(policy)
    assert page_says(theirs, page) is None
    cut = page.index("<section") + len("<section")
    cut = page.index(">", cut) + 1
    words = {"word": "never", "tag": "<b>never</b>", "swap": "&#110;ever "}[way]
    assert page_says(theirs, page[:cut] + words + page[cut:]) is not None
