"""Test what the living example is made of: the same people on every run, a second version that asks, a forum."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.test import Client

from avow.cli.demo.company.house import YEARBOOK, put, put_next
from avow.cli.demo.company.past import DAYS, Past, past
from avow.collection.forum.bring import bring
from avow.errors import PolicyError, RecordError
from avow.policy.folder import load
from avow.record.forum.boards import add_board
from avow.record.forum.brought import Moved
from avow.record.known.address import parse
from avow.record.taken.bulk import take
from avow.terms import ChannelKind
from tests.units.record.conftest import example, published

__all__ = ["example", "published"]
NOW = datetime(2026, 11, 1, tzinfo=UTC)


@pytest.mark.usefixtures("published")
def test_the_same_company_on_every_run_and_nothing_that_had_its_time() -> None:
    """What was given and when does not change; nothing is of the future, or older than its period."""
    one, other = (
        [(a.address, a.given, a.at, a.chosen, len(a.later)) for a in past(300, 1, Past(), NOW)] for _ in range(2)
    )
    assert one == other
    known = Past()
    for arrival in past(600, 2, known, NOW):
        assert all(part.at and NOW - timedelta(days=DAYS) <= part.at <= NOW for part in (arrival, *arrival.later))
    assert all(NOW - did.at < timedelta(days=365) for did in known.of(ChannelKind.APPLICATION))
    assert {*known.did} >= {ChannelKind.ORDER, ChannelKind.SUPPORT, ChannelKind.LETTER, ChannelKind.FORUM}


def test_the_second_version_asks_those_who_wrote(tmp_path: Path) -> None:
    """The company's two versions are those of the folder: the second states one use more, of letters."""
    first, following = put(Path("policies/example"), tmp_path / "policy")
    put_next(tmp_path / "policy", first, following)
    old, new = load(tmp_path / "policy").policies
    assert {*new.purposes} - {*old.purposes} == {YEARBOOK}
    assert old.front.effective < datetime.now(UTC) - timedelta(days=DAYS)
    assert new.front.effective > datetime.now(UTC) + timedelta(days=30)


@pytest.mark.usefixtures("published")
def test_threads_of_an_earlier_forum_are_read_by_anybody() -> None:
    """Each post stands in its thread under its day, and what was not taken in before is not shown."""
    add_board("help", "Help", "Ask here.")
    known = Past()
    take(past(400, 3, known, NOW))
    posts = sorted(known.of(ChannelKind.FORUM), key=lambda did: did.at)
    moved = [Moved(did.person, parse(did.address).exact_id, did.at) for did in posts]
    assert bring([("help", moved)]) == len(moved) > 2
    page = Client(headers={"host": "localhost"}).get("/forum/help/").content.decode()
    assert f"{len(moved)} posts" in page
    assert "example.org" not in page
    with pytest.raises(RecordError, match="not among what was taken in"):
        bring([("help", [Moved(moved[0].person, moved[0].exact, NOW)])])


def test_a_folder_without_a_policy_is_named_and_nothing_is_written(tmp_path: Path) -> None:
    """Whoever begins elsewhere reads where it looked, and no half of a company stays behind."""
    with pytest.raises(PolicyError, match="no version of a policy in elsewhere"):
        put(Path("elsewhere"), tmp_path / "policy")
    assert not (tmp_path / "policy").exists()
