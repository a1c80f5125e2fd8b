"""Test the run of a processor: page by page everybody once, and nobody whom the agreement is not about."""

from uuid import UUID

from avow.gate.seen.run import PAGE, run
from avow.policy.history import History
from avow.record.key import NOBODY
from avow.terms import ChannelKind
from tests.units.disclosure.cast import agreed, reader
from tests.units.gate.cast import arrive
from tests.units.gate.conftest import published

__all__ = ["published"]


def test_pages_repeat_nobody_and_lose_nobody(published: History) -> None:
    """Each page goes on after the last person of the page before; the last says that nobody is left."""
    assert published.policies
    buyers = {arrive(f"buyer{n}@example.org", by=ChannelKind.ORDER) for n in range(5)}
    arrive("visitor@example.org")
    by = reader(agreed())
    seen: list[UUID] = []
    after: UUID | None = NOBODY
    pages = 0
    while after is not None:
        page = run(by, "orders", after, 2)
        seen += page.people
        after, pages = page.after, pages + 1
        assert pages < 5
    assert sorted(seen) == sorted(buyers)
    assert len(run(by, "orders", NOBODY).people) == len(buyers) < PAGE
