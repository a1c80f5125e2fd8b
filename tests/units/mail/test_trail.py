"""Test the trail: what was marked and not begun waits again after a crash, and nothing else does."""

import errno
import os
from itertools import count

import psycopg
import pytest

from avow.config import config
from avow.mail.mailing import report
from avow.mail.outbox import work
from avow.mail.queue.left import trail as left
from avow.mail.queue.left.trail import follow, trail
from tests.units.mail.cast import arrived, by_name, name, offer
from tests.units.mail.conftest import Serve
from tests.units.record.cast import reach_of

pytestmark = pytest.mark.usefixtures("published")
_numbers = count()


def crashed(owner: psycopg.Connection, decision: int = 7) -> dict[str, str]:
    """Leave two messages marked, one of them begun, and a trail that nobody holds any more; give what follows."""
    people = arrived("alice", "bob")
    key = offer()
    owner.execute(
        "UPDATE delivery SET state = 'sending', decision = 7, lease = clock_timestamp() + interval '2 seconds'"
    )
    with trail() as noted:
        begun = noted.lay([(key, reach_of(name(who)), decision) for who in ("alice", "bob")])
        begun(0)
        (path,) = (config().data / "wire").glob("*")
        kept = path.read_bytes()
        assert follow() == 0, "whoever lives is not followed"
    path.with_name(f"crashed{next(_numbers)}").write_bytes(kept)
    follow()
    assert not list((config().data / "wire").glob("*"))
    return by_name(people, owner)


def test_what_was_not_begun_waits_again(owner: psycopg.Connection) -> None:
    """Alice's dot was begun, so she may have it; Bob surely has not, and gets it."""
    assert crashed(owner) == {"alice": "sending", "bob": "waiting"}


def test_another_attempt_is_not_touched(owner: psycopg.Connection) -> None:
    """A row that was decided again since is on its way with somebody else."""
    assert crashed(owner, decision=6) == {"alice": "sending", "bob": "sending"}


def test_a_machine_begun_anew_knows_less(owner: psycopg.Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the disk kept through a power cut may be old: everything stays in doubt."""
    ids = (bytes([number]) * 36 for number in count(65))
    monkeypatch.setattr(left, "_boot", lambda: next(ids))
    assert crashed(owner) == {"alice": "sending", "bob": "sending"}


def test_what_is_no_trail_is_cleared_away() -> None:
    """A file that is cut off, or empty, says nothing."""
    (config().data / "wire").mkdir(mode=0o700, exist_ok=True)
    (config().data / "wire" / "x").write_bytes(b"cut off")
    assert follow() == 0
    assert not list((config().data / "wire").glob("*"))


def test_a_full_disk_stops_no_mail(serve: Serve, owner: psycopg.Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the disk takes no trail, mail goes out without one."""

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "no space")

    serve()
    monkeypatch.setattr(os, "posix_fallocate", full)
    people = arrived("alice")
    key = offer()
    work()
    assert by_name(people, owner) == {"alice": "sent"}
    assert report(key).accounted
