"""Prove that one form that comes in twice at one instant is taken once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import psycopg
import pytest
from django.db import connections

from avow.collection import collect
from avow.policy.proof.keeps import proves
from avow.record.limits import allow
from avow.terms import Promise
from tests.promises.conftest import Site
from tests.promises.test_how_we_collect_data import ORDER, PROBLEM, QUESTION

TABLES = ("person", "item", "choice", "outgoing", "matter")
SOON = 10
"""Seconds."""


def kept(owner: psycopg.Connection) -> dict[str, int]:
    """Count what came in."""
    query = " UNION ALL ".join(f"SELECT '{table}', count(*) FROM {table}" for table in TABLES)
    return dict(owner.execute(query).fetchall())


def twice(site: Site, monkeypatch: pytest.MonkeyPatch, path: str, typed: dict[str, str], *, count: bool) -> set[bytes]:
    """Post one form in two threads that meet where it is asked whether it came before; give what they were answered."""
    meet = Barrier(2)

    def together(what: str, limit: int, window: timedelta) -> bool:
        meet.wait(SOON)
        return not count or allow(what, limit, window)

    def post(_: int) -> bytes:
        try:
            answer = site.browser.post(path, typed)
            assert answer.status_code == 200
            return bytes(answer.content)
        finally:
            connections.close_all()

    monkeypatch.setattr(collect, "allow", together)
    with ThreadPoolExecutor(2) as threads:
        return set(threads.map(post, range(2)))


@proves(Promise.REGISTRATION, Promise.ORDERS, Promise.INQUIRIES, Promise.SUPPORT, "S4", "S5", "S8", "S9")
@pytest.mark.parametrize(
    ("path", "typed"),
    [
        ("/register/", {"profile__name": "Alice", "no__marketing": "on"}),
        ("/order/", ORDER),
        ("/inquiry/", QUESTION),
        ("/support/", PROBLEM),
    ],
)
def test_two_posts_of_one_form_at_one_instant_are_one(
    site: Site, owner: psycopg.Connection, monkeypatch: pytest.MonkeyPatch, path: str, typed: dict[str, str]
) -> None:
    """Both get the same thanks and one is kept; were nobody counting, both would be."""
    form = site.form(path, **{"contact__email": "alice@example.org"} | typed)
    assert len(twice(site, monkeypatch, path, form, count=True)) == 1
    once = kept(owner)
    assert once["person"] == once["outgoing"] == 1
    assert len(twice(site, monkeypatch, path, form, count=False)) == 1
    assert kept(owner)["person"] == 3
