"""Test that a domain's pace is kept: some go at once, the others wait for their turn, and nobody is lost."""

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

import psycopg
import pytest

from avow.config import config
from avow.errors import ConfigError
from avow.mail.mailing import report
from avow.mail.outbox import work
from avow.mail.smtp.pace import _waits
from tests.units.mail.cast import arrived, by_name, make_due, offer
from tests.units.mail.conftest import Serve

MANY = [f"p{number}" for number in range(20)]


@pytest.fixture
def throttled(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Allow sixty messages a minute to example.org."""
    monkeypatch.setenv("AVOW_THROTTLE", "example.org=60")
    config.cache_clear()
    yield
    monkeypatch.undo()
    config.cache_clear()


@pytest.mark.usefixtures("published", "throttled")
def test_a_domain_gets_its_pace_and_the_rest_waits(serve: Serve, owner: psycopg.Connection) -> None:
    """Sixty a minute: a few go at once, the others have each a turn of their own, a second apart; all get it."""
    to = serve()
    people = arrived(*MANY)
    key = offer()
    work()
    found = Counter(by_name(people, owner).values())
    assert set(found) == {"sent", "waiting"}
    assert 4 <= found["sent"] <= 7
    dues = owner.execute("SELECT due FROM delivery WHERE state = 'waiting' ORDER BY due").fetchall()
    gaps = [(after[0] - before[0]).total_seconds() for before, after in pairwise(dues)]
    assert min(gaps) > 0.9
    assert report(key).accounted
    assert owner.execute("SELECT max(attempts) FROM delivery WHERE state = 'waiting'").fetchone() == (0,)
    (config().data / "pace").unlink()
    make_due(owner)
    while report(key).open:
        work()
        (config().data / "pace").unlink()
        make_due(owner)
    assert len(to.taken) == len(MANY) == len(set(to.whole))


def test_over_an_hour_the_pace_is_kept() -> None:
    """However the turns fall, so many leave in an hour as the pace says, and each that was put off has its turn."""
    turns: dict[str, tuple[float, float]] = {}
    waiting = [0.0] * 900
    sent, now = 0, 0.0
    while now < 600:
        due = [at for at in waiting if at <= now]
        waiting = [at for at in waiting if at > now]
        for wait in _waits({"example.org": 60}, ["example.org"] * len(due), turns, now):
            sent += wait == 0
            if wait:
                waiting.append(now + wait)
        now += 1
    assert 590 <= sent <= 610
    assert sent + len(waiting) == 900


def test_a_clock_that_is_put_back_holds_nobody() -> None:
    """A turn that lies further ahead than any pace gives is no turn."""
    turns = {"example.org": (1e9, 1e9)}
    assert _waits({"example.org": 60}, ["example.org", "example.net"], turns, 5.0) == [0.0, 0.0]


def test_what_is_no_pace_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """The error names the setting and shows how it is written."""
    monkeypatch.setenv("AVOW_THROTTLE", "example.org")
    config.cache_clear()
    with pytest.raises(ConfigError, match="AVOW_THROTTLE"):
        config()
    monkeypatch.undo()
    config.cache_clear()
