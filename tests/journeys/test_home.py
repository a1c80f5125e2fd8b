"""Send one mailing through real mail servers into mailboxes, and have what cannot be delivered come home by LMTP."""

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from email import message_from_bytes, policy
from pathlib import Path

import psycopg
import pytest

from avow.config import config
from avow.mail.mailing import expand, report
from avow.mail.outbox import work
from avow.policy.folder import load
from avow.record.known.address import parse
from avow.record.mask import from_bits
from avow.record.said.choices import choose
from avow.record.shown.versions import publish
from avow.store.dkim.keys import make, signing
from avow.store.server.embedded import Embedded
from avow.terms import Actor, Scope
from tests.journeys.home import Home, door, postfix_home, sendmail_home
from tests.units.mail.cast import arrived, by_name, name
from tests.units.mail.signed.dns import verified
from tests.units.record.cast import NO_MARKETING, reach_of

WORDS = "# Été in the harbour\n\nDear {{ name | friend }},\n\nand à bientôt.\n"
SERVERS: dict[str, Callable[[int], AbstractContextManager[Home]]] = {
    "postfix": postfix_home,
    "sendmail": sendmail_home,
}


CLASSES = {
    "nobody": "permanent 5.1.1",
    "full": "permanent 5.2.2",
    "policy": "permanent 5.7.1",
    "busy": "temporary 4.2.1",
}
"""What comes home of each mailbox that takes nothing."""


@pytest.fixture(params=SERVERS)
def home(request: pytest.FixtureRequest, store: Embedded, monkeypatch: pytest.MonkeyPatch) -> Iterator[Home]:
    """Publish the policy, start the door and a mail server with mailboxes, and hand mail to that server."""
    _ = store
    publish(load(Path(__file__).parents[2] / "policies/example"))
    monkeypatch.setenv("AVOW_RETURN", "bounce@example.com")
    monkeypatch.setenv("AVOW_DKIM", "example.com:home")
    make("home")
    with door() as port, SERVERS[request.param](port) as made:
        monkeypatch.setenv("AVOW_SMTP", made.url)
        config.cache_clear()
        yield made
    monkeypatch.undo()
    config.cache_clear()


def outcomes(owner: psycopg.Connection) -> dict[str, str]:
    """Give what came back of each message, by the mailbox."""
    rows = owner.execute("SELECT reach, outcome FROM delivery WHERE outcome LIKE 'came back%'").fetchall()
    return {bytes(reach).hex(): outcome.removeprefix("came back: ") for reach, outcome in rows}


def came_home(owner: psycopg.Connection, expected: dict[str, str], within: float = 60.0) -> dict[str, str]:
    """Wait until what came back is what is expected, and give it by who it was to."""
    names = {parse(name(who)).reach_id.hex(): who for who in expected}
    until = time.monotonic() + within
    found: dict[str, str] = {}
    while found != expected and time.monotonic() < until:
        time.sleep(0.3)
        found = {names.get(reach, reach): words for reach, words in outcomes(owner).items()}
    return found


def came_in(owner: psycopg.Connection, expected: int, within: float = 60.0) -> int:
    """Wait until so many reports came in, and give how many did."""
    until, found = time.monotonic() + within, 0
    while found < expected and time.monotonic() < until:
        time.sleep(0.3)
        row = owner.execute("SELECT count(*) FROM letter WHERE machine = 'dsn'").fetchone()
        found = row[0] if row else 0
    return found


def barred(owner: psycopg.Connection, who: str) -> bool:
    """Say whether a mailbox is barred from what is optional because mail to it came back."""
    row = owner.execute("SELECT refused::text FROM reach WHERE id = %s", [reach_of(name(who))]).fetchone()
    assert row
    return bool(from_bits(row[0]) & Scope.BOUNCED.mask)


def test_a_mailing_into_real_mailboxes(home: Home, owner: psycopg.Connection) -> None:
    """Each is delivered, or comes home under its class: a dead mailbox gets no more, a full, strict or busy one may."""
    people = arrived("alice", "bob", "carol", "nobody", "full", "policy", "busy")
    key = expand("offers", WORDS)
    choose(NO_MARKETING, Actor.PERSON_UNVERIFIED, "link", reach=reach_of(name("carol")))
    while report(key).open:
        work()
    states = by_name(people, owner)
    assert states.pop("carol") == "denied"
    assert set(states.values()) == {"sent"}
    (data,) = home.arrived("alice", 1)
    assert verified(data, signing()) == [True, True], "both signatures outlive what the mail server did"
    letter = message_from_bytes(data, policy=policy.default)
    assert letter["Subject"] == "Été in the harbour"
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert len(home.arrived("bob", 1)) == 1
    assert came_in(owner, 5) == 5, "busy: told as delayed, then given up"
    assert came_home(owner, CLASSES) == CLASSES
    assert {who for who in people if barred(owner, who)} == {"nobody"}
    assert owner.execute("SELECT count(*) FROM reach WHERE bounces > 0").fetchone() == (4,)
    assert owner.execute("SELECT count(*) FROM outgoing").fetchone() == (0,), "no machine is answered"
    assert by_name(people, owner)["nobody"] == "sent", "what was handed over stays handed over"
    again = expand("offers", WORDS.replace("Été", "Hiver"))
    while report(again).open:
        work()
    assert report(again).states == {"sent": 5}, "all but who said no, and the dead mailbox"
    assert len(home.arrived("bob", 2)) == 2
