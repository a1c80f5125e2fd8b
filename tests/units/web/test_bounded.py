"""Walk every page there is with one, three and many of everything: no page asks the store more often for more rows."""

from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from avow.policy.history import History
from avow.terms import Role
from tests.units.gate.conftest import published
from tests.units.page.staff.cast import at_desk
from tests.units.web.marked import Marked
from tests.units.web.walked import Walk, routes

__all__ = ["published"]

MOST = 75
"""Queries of any page."""
ACTS = frozenset(
    {
        "choices/<str:token>/one-click/",
        "desk/forum/<uuid:post>/",
        "desk/letters/<uuid:letter>/close/",
        "desk/letters/<uuid:letter>/take/",
        "desk/people/<uuid:person>/close/",
        "desk/people/<uuid:person>/link/",
        "desk/people/<uuid:person>/merge/",
        "desk/people/<uuid:person>/stop/",
    }
)
"""Pages that take a POST alone."""


@pytest.mark.usefixtures("published")
def test_no_page_costs_more_for_more(tmp_path: Path, published: History) -> None:
    """With one, three and many rows behind it, each page asks as many queries, and not more than so many."""
    assert published.policies
    _, officer = at_desk(Role.PRIVACY_OFFICER, email="officer@example.com")
    world = Marked(tmp_path, officer)
    counts: dict[str, list[int]] = {route: [] for route in routes()}
    answered: dict[str, int] = {}
    for size in (1, 3, 9):
        world.fill(size)
        walk = Walk(world)
        for route in counts:
            walk.get(route)
            with CaptureQueriesContext(connection) as seen:
                answered[route] = walk.get(route).status_code
            counts[route].append(len(seen))
    print({route: status for route, status in answered.items() if status != 200})
    grows = {route: seen for route, seen in counts.items() if len(set(seen)) > 1}
    assert grows == {}
    assert max(max(seen) for seen in counts.values()) <= MOST
