"""Test that the threads of a board stand on its pages once each, and that what names no page or board is refused."""

import re

import psycopg
import pytest
from django.test import Client

from avow.errors import RecordError
from avow.record.forum.boards import add_board, boards
from tests.units.collection.cast import count

_THREADS = """
WITH t AS (
    INSERT INTO thread (id, board_id, at, last, posts) SELECT gen_random_uuid(), 'knots', now(), now(), 1
    FROM generate_series(1, 60) RETURNING id
) INSERT INTO post (person_id, id, item, thread_id, no, at, state, why)
SELECT gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), id, 1, now(), 'shown', '' FROM t
"""


def test_each_thread_stands_on_one_page(site: Client, owner: psycopg.Connection) -> None:
    """Also where many were posted to in the same instant; a place that is none is the first page."""
    add_board("knots", "Knots", "About knots.")
    owner.execute(_THREADS)
    seen: list[str] = []
    path, pages = "/forum/knots/", 0
    while path:
        page = site.get(path).content.decode()
        seen += re.findall(r'href="/forum/t/([0-9a-f-]+)/"', page)
        further = re.search(r'href="(/forum/knots/\?before=[^"]+)"', page)
        path, pages = further[1] if further else "", pages + 1
    assert (pages, len(seen), len(set(seen))) == (3, 60, 60)
    for nowhere in ("x", "1.2", "20260101000000000000.x", "99999999999999999999.0"):
        assert (
            len(re.findall(r'href="/forum/t/', site.get("/forum/knots/", {"before": nowhere}).content.decode())) == 25
        )
    assert count(owner, "thread") == 60


@pytest.mark.parametrize(
    "path",
    [
        "/forum/none/",
        "/forum/none/join/",
        "/forum/t/01a21924-bd3b-74fb-8d76-70786537b693/",
        "/forum/post/01a21924-bd3b-74fb-8d76-70786537b693/report/",
        "/forum/Knots!/",
    ],
)
def test_what_is_not_there_is_said_so(site: Client, path: str) -> None:
    """A board, thread or post that is not there is answered with a page that says so."""
    assert site.get(path).status_code == 404
    assert site.get("/forum/").status_code == 200


@pytest.mark.parametrize("name", ["", "name", "search", "t", "post", "Knots", "a b", "x" * 41, "-a"])
def test_a_board_has_a_name_that_a_link_takes(site: Client, name: str) -> None:
    """Any other is refused, and so is one without a charter, or one that is there."""
    assert site.get("/forum/").status_code == 200
    with pytest.raises(RecordError, match="cannot name"):
        add_board(name, "Knots", "About knots.")
    with pytest.raises(RecordError, match="charter"):
        add_board("knots", "Knots", " ")
    assert add_board("knots", "Knots", "About knots.") == ""
    with pytest.raises(RecordError, match="there is a board"):
        add_board("knots", "Knots", "About knots.", community=True)
    assert [one.id for one in boards()] == ["knots"]
