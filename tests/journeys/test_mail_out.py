"""Send through Debian's real Postfix: what it takes, refuses and defers, and that bytes arrive as written."""

import time
from collections.abc import Iterator
from email import message_from_bytes, policy
from pathlib import Path

import psycopg
import pytest

from avow.config import config
from avow.mail.mailing import expand, report
from avow.mail.outbox import work
from avow.policy.folder import load
from avow.record.said.choices import choose
from avow.record.shown.versions import publish
from avow.store.server.embedded import Embedded
from avow.terms import Actor
from tests.journeys.postfix import postfix
from tests.units.mail.cast import arrived, by_name, local, name
from tests.units.mail.sink import Sink, sink
from tests.units.record.cast import NO_MARKETING, reach_of

WORDS = "# Été in the harbour\n\nDear {{ name | friend }},\n\n.a line that begins with a dot\n\nand à bientôt.\n"


@pytest.fixture
def behind(store: Embedded, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sink]:
    """Publish the policy, start Postfix before a sink, and make Postfix the mail server of AVOW_SMTP."""
    _ = store
    publish(load(Path(__file__).parents[2] / "policies/example"))
    with sink() as to, postfix(int(to.url.rpartition(":")[2])) as url:
        monkeypatch.setenv("AVOW_SMTP", url)
        config.cache_clear()
        yield to
    monkeypatch.undo()
    config.cache_clear()


def arrives(to: Sink, count: int) -> list[str]:
    """Wait until so many messages came through, and give to whom."""
    until = time.monotonic() + 120
    while len(to.taken) < count and time.monotonic() < until:
        time.sleep(0.1)
    return local(to.taken)


def test_a_mailing_goes_through_postfix(behind: Sink, owner: psycopg.Connection) -> None:
    """Its refusals and deferrals are told apart in the middle of a pipeline; who said no last gets nothing."""
    many = [f"p{number}" for number in range(40)]
    people = arrived("alice", "gone", "busy", "bob", *many)
    key = expand("offers", WORDS)
    choose(NO_MARKETING, Actor.PERSON_UNVERIFIED, "link", reach=reach_of(name("bob")))
    while report(key).open:
        work()
    found = by_name(people, owner)
    assert {who: found[who] for who in ("alice", "gone", "busy", "bob")} == {
        "alice": "sent",
        "gone": "refused",
        "busy": "deferred",
        "bob": "denied",
    }
    assert report(key).accounted
    assert arrives(behind, 41) == sorted(["alice", *many])
    read = message_from_bytes(behind.taken[0][1], policy=policy.default)
    assert read["Subject"] == "Été in the harbour"
    assert read["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    plain = read.get_body(("plain",))
    assert plain is not None
    lines = str(plain.get_content()).splitlines()
    assert ".a line that begins with a dot" in lines
    assert "and à bientôt." in lines
    assert not read.defects
