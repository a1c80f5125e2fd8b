"""Test that two of the staff attest at the desk what was prepared, each once and by their own account."""

import pytest

from avow.record.attested.attest import Words, prepare, use, waiting
from avow.terms import Role
from tests.units.gate.conftest import published
from tests.units.page.staff.cast import at_desk

__all__ = ["published"]

pytestmark = pytest.mark.usefixtures("published")
WORDS: Words = {"what": "import people", "file": "ab" * 32, "version": "2025-01-01", "purposes": ["offers"]}


def test_two_attest_at_the_desk_and_none_of_them_twice() -> None:
    """Each sees every word, attests once, and a second try of the same is refused; then it can be done."""
    found = prepare(WORDS, "import")
    one, first = at_desk(Role.PRIVACY_OFFICER, email="olga@example.com")
    other, second = at_desk(Role.OPERATOR, email="paul@example.com")
    page = one.get("/desk/attest/").content.decode()
    assert all(word in page for word in ("import people", "ab" * 32, "2025-01-01", "offers", "I attest this"))
    assert one.post("/desk/attest/", {"digest": found.digest.hex()}).status_code == 302
    assert "You attested this" in one.get("/desk/attest/").content.decode()
    again = one.post("/desk/attest/", {"digest": found.digest.hex()})
    assert (again.status_code, waiting()[0].lacks) == (400, 1)
    assert "attested this before" in again.content.decode()
    assert other.post("/desk/attest/", {"digest": found.digest.hex()}).status_code == 302
    assert [name for name, _, _ in use(waiting()[0]).staff] == [first.email, second.email]
    assert "Nothing waits" in other.get("/desk/attest/").content.decode()


@pytest.mark.parametrize("digest", ["", "zz", "ab" * 32])
def test_what_was_not_prepared_cannot_be_attested(digest: str) -> None:
    """A digest of nothing is refused, in words."""
    browser, _ = at_desk(Role.OPERATOR)
    assert browser.post("/desk/attest/", {"digest": digest}).status_code == 400
