"""Test how the checker compares the page with the policy."""

import pytest
from avow_audit.law.page import page_says
from avow_audit.law.policy import policy as read_anew

from avow.policy.reader import read
from avow.policy.shown.page import canonical

POLICIES = ("policies/example/2025-01-01.md", "docs/howto/tidewater-books/2026-03-01.md")


@pytest.mark.parametrize("path", POLICIES)
def test_a_page_is_its_policys(path: str) -> None:
    """Each policy of ours and its page say the same, word for word."""
    policy = read(path)
    assert page_says(read_anew(policy.source), canonical(policy)) is None


@pytest.mark.parametrize(
    ("said", "instead", "words"),
    [
        ("at once", "soon", "the policy says 'at' and the page 'soon'"),
        ("Three kinds", "Thirty kinds", "the policy says 'Three' and the page 'Thirty'"),
        ("privacy@example.com\n2025-01-01", "nobody@example.com\n2025-01-01", "its heading is not the front matter"),
        ("<h2>Policy Updates</h2>", "<h2>Policy Updates</h2><p>We may sell it.</p>", "and the page 'We'"),
        ("365 days", "3650 days", "the policy says '365' and the page '3650'"),
    ],
)
def test_another_page_is_found(said: str, instead: str, words: str) -> None:
    """A word that is another, one that was put in, and another heading are told with their place."""
    policy = read(POLICIES[0])
    page = canonical(policy)
    assert said in page
    assert words in str(page_says(read_anew(policy.source), page.replace(said, instead, 1)))


def test_a_page_that_ends_early_is_found() -> None:
    """What is left out at the end is counted."""
    policy = read(POLICIES[0])
    page = canonical(policy).replace("A person reads it.", "")
    assert "words" in str(page_says(read_anew(policy.source), page))
