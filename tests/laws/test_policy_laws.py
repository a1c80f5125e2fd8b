"""State the laws of reading and writing a policy."""

from dataclasses import replace

from hypothesis import given, settings

from avow.policy.document import Policy
from avow.policy.history import number
from avow.policy.meaning.laws import PREFIX
from avow.policy.reader import read_text
from avow.policy.shown.write import write
from tests.laws.policies import drafts, texts

QUICK = settings(max_examples=60, deadline=None)


@QUICK
@given(texts())
def test_read_render_read_is_identity(text: str) -> None:
    """What is read from a text is read again from what is written of it, whoever typed the text."""
    once = read_text(text)
    assert read_text(write(once)) == once


@QUICK
@given(drafts())
def test_a_policy_means_what_its_author_wrote(draft: Policy) -> None:
    """Writing and reading adds the laws and changes nothing else."""
    policy = read_text(write(draft))
    own = {name: clause for name, clause in policy.clauses.items() if not name.startswith(PREFIX)}
    assert replace(policy, clauses=own) == draft


@QUICK
@given(drafts())
def test_writing_keeps_the_bits(draft: Policy) -> None:
    """A policy and what is written of it mean the same uses."""
    policy = read_text(write(draft))
    again = read_text(write(policy))
    assert set(number([policy]).bits) == set(number([again]).bits)


@QUICK
@given(drafts())
def test_no_policy_drops_a_law(draft: Policy) -> None:
    """Every policy refuses what is unstated, refused, held or lacks what its kind needs, whatever it says."""
    policy = read_text(write(draft))
    words = {rule.when for rule in policy.rules if rule.clause.startswith(PREFIX)}
    assert {"unstated", "refused", "held", "deceased", "contested", "suspended", "bounced", "unverified"} <= words
    assert {"no-joined", "no-noticed", "no-consented", "no-agreement", "no-instrument", "no-opted-in"} <= words
    assert not any(rule.permit for rule in policy.rules if rule.clause.startswith(PREFIX))
