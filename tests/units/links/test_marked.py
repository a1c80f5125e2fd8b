"""Test the mark of links that leave: each of them, no other, whatever they carried before."""

import pytest

from avow.links.marked import mark
from avow.policy.history import History
from tests.units.gate.conftest import published

__all__ = ["published"]
QUIET = 'class="outside" rel="noopener noreferrer"'


@pytest.fixture(autouse=True)
def site(published: History) -> None:
    """Publish the policy, which names its sites."""
    assert published.policies


@pytest.mark.parametrize(
    "link",
    [
        '<a href="https://example.net/">',
        '<a href="http://example.net/">',
        '<a href="//example.net/">',
        '<a href="HTTPS://example.net/">',
        '<A HREF="https://example.net/">',
        '<a rel="opener" href="https://example.net/">',
        '<a class="outside" rel="noopener noreferrer" href="https://example.net/">',
        '<a href="https://example.com.example.net/">',
        '<a href="https://example.com@example.net/">',
    ],
)
def test_a_link_that_leaves_is_marked(link: str) -> None:
    """However it is written, it ends with the mark, once."""
    found = mark(f"before {link}there</a> after")
    assert found.startswith("before <")
    assert found.endswith("there</a> after")
    assert found.count(QUIET) == 1
    assert found.count("class=") == found.count("rel=") == 1
    assert mark(found) == found


@pytest.mark.parametrize(
    "link",
    ['<a href="/policy/">', '<a href="#top">', '<a href="mailto:a@example.net">', '<a href="https://example.com/x">'],
)
def test_a_link_that_stays_is_left_as_it_is(link: str) -> None:
    """Links within the covered sites, and to a mailbox, are not touched; nor is text that is no link."""
    page = f'{link}here</a> <p data-href="https://example.net/">https://example.net/</p>'
    assert mark(page) == page


def test_other_classes_stay() -> None:
    """A link that had a look of its own keeps it."""
    assert 'class="button outside"' in mark('<a class="button" href="https://example.net/">x</a>')
