"""Test the check: counts, open promises, evidence, coverage, gaps."""

from pathlib import Path

import pytest

from avow.errors import PolicyError
from avow.policy.folder import load
from avow.policy.proof.check import check
from avow.policy.proof.coverage import Coverage, coverage, covered
from avow.policy.proof.evidence import EVIDENCE, Evidence
from avow.policy.proof.notyet import NotYet, not_yet
from avow.terms import Promise
from tests.units.policy.example import EXAMPLE, ROOT, example, sound

KEPT = {promise.slug: Evidence(("avow.x:keep",), ("tests/x.py::test_x",)) for promise in Promise}


def _messages(*errors: PolicyError) -> str:
    return "\n".join(map(str, errors))


def test_the_example_passes() -> None:
    """Every sentence has its class, every promise its keeper and proof or its place among the open ones."""
    found = not_yet(ROOT / "policies/not-yet.toml")
    report = check(load(EXAMPLE), EVIDENCE, NotYet(found.promises, found.ceiling), coverage(EXAMPLE))
    kept = [error for error in report.errors if "is kept and proven now" not in str(error)]
    assert _messages(*kept) == ""
    assert report.clauses == report.enforced + report.evidenced + report.informational
    assert report.clauses == sum(len(section.clauses) for section in example().sections)
    assert set(report.not_yet) <= set(found.promises)


def test_every_promise_is_made() -> None:
    """The example policy makes every promise that there is."""
    made = {promise for clause in example().clauses.values() for promise in clause.promises}
    assert made == set(Promise)


def test_all_sentences_are_covered() -> None:
    """The example policy covers the 43 sentences of the reference."""
    told = coverage(EXAMPLE)
    assert told is not None
    assert covered(example(), told) == {f"S{number}" for number in range(1, 44)}


def test_an_uncovered_sentence_is_an_error() -> None:
    """A sentence that nothing covers, and an informational clause that is not there, are named."""
    report = check(sound(), KEPT, coverage=Coverage(3, {"opening.glad": ("S1",), "no.stop": ("S2",)}, "s.toml"))
    told = _messages(*report.errors)
    assert "nothing covers the sentence S3" in told
    assert "no informational clause 'no.stop'" in told
    assert "S1" not in told


def test_a_promise_without_keeper_or_proof_is_an_error() -> None:
    """Each is named with the line of the clause that makes it, and goes away when it is open or kept."""
    bare = check(sound(), {})
    told = _messages(*bare.errors)
    assert "[no.stop] no code keeps the promise 'opt-out holds'" in told
    assert "no test proves the promise 'opt-out holds'" in told
    assert len(bare.errors) == 4
    assert check(sound(), KEPT).errors == ()
    slugs = ("only these purposes", "opt-out holds")
    some = check(sound(), {}, NotYet(slugs, 2))
    assert some.errors == ()
    assert some.not_yet == slugs


def test_an_evidenced_clause_needs_a_proof_and_no_keeper() -> None:
    """What evidence holds needs no code."""
    policy = sound(('[clause."no.stop"]\n', '[clause."no.stop"]\nclass = "evidenced"\n'))
    proven = {**KEPT, "opt-out holds": Evidence((), ("tests/x.py::test_x",))}
    assert check(policy, proven).errors == ()
    assert len(check(sound(), proven).errors) == 1
    assert check(policy, proven).evidenced == 1


def test_the_list_of_open_promises_only_shrinks() -> None:
    """A kept promise must leave the list; an unknown one and a ceiling that is not the number are errors."""
    told = _messages(*check(sound(), KEPT, NotYet(("opt-out holds", "opt-out hold"), 3, "n.toml")).errors)
    assert "the promise 'opt-out holds' is kept and proven now" in told
    assert "there is no promise 'opt-out hold' (did you mean 'opt-out holds'?)" in told
    assert "the list holds 2 promises and its ceiling is 3" in told


def test_a_damaged_list_is_refused(tmp_path: Path) -> None:
    """What is not a list of open promises is an error with a hint."""
    path = tmp_path / "not-yet.toml"
    path.write_text("ceiling = 'many'\npromises = []\n")
    with pytest.raises(PolicyError, match="cannot be read"):
        not_yet(path)
    (tmp_path / "sentences.toml").write_text("sentences = 'all'\n")
    with pytest.raises(PolicyError, match="cannot be read"):
        coverage(tmp_path)


def test_gaps_are_warnings() -> None:
    """What a policy leaves unsaid is told and fails nothing; what it says is not told."""
    report = check(sound(), KEPT)
    assert "the policy does not say anything about children" in report.warnings
    assert "the policy does not say how its changes are handled" in report.warnings
    said = check(sound(("We are glad", "We are not for children, and glad")), KEPT)
    assert len(said.warnings) == len(report.warnings) - 1
