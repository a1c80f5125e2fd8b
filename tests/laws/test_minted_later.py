"""A use minted later lies in the scopes refused before: whoever refused all marketing refused it too."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from avow.decision.request import Request
from avow.gate.account import account
from avow.gate.clear import clear
from avow.policy.history import History, number
from avow.policy.reader import read, read_text
from avow.record.shown.versions import publish
from avow.store.server.embedded import Embedded
from tests.units.gate.cast import NO_MARKETING, arrive, prove, refuse

EXAMPLE = Path("policies/example/2025-01-01.md")
OFFERS = "- To make you an occasional offer. {#uses.offers}\n"
EVENTS = """
[clause."uses.events"]
promises = ["only these purposes"]
permit = { purposes = ["events"] }

[purpose.events]
title = "Events"
states = "to invite you to events, until you say no"
kind = "marketing.other"
scope = "marketing"
default = "until-refused"
box = "Please do not invite me to events."
categories = ["contact"]
dpv = "dpv:DirectMarketing"

[topic.versions]
"""
INVITE = Request("events", frozenset({"contact"}))


@pytest.fixture
def first(store: Embedded) -> History:
    """Give the example policy, published in a fresh store."""
    assert store.folder.exists()
    found = number([read(EXAMPLE)])
    publish(found)
    return found


def second(first: History) -> History:
    """Publish a version that adds a marketing purpose, in force from a moment ago."""
    now = datetime.now(UTC) - timedelta(seconds=1)
    source = EXAMPLE.read_text()
    for old, new in (
        ('version = "2025-01-01"', 'version = "2026"\nfollows = "2025-01-01"'),
        ("effective = 2025-01-01T00:00:00+00:00", f"effective = {now.isoformat(timespec='seconds')}"),
        (OFFERS, f"{OFFERS}- To invite you to events. {{#uses.events}}\n"),
        ('"updates", "offers", "security"', '"updates", "offers", "events", "security"'),
        ("[topic.versions]\n", EVENTS.lstrip()),
    ):
        assert old in source, old
        source = source.replace(old, new, 1)
    found = number([*first.policies, read_text(source, "2026.md")])
    assert publish(found, planned={"2026"}) == ["2026"]
    return found


def test_a_use_minted_later_under_a_refused_scope_is_refused_at_once(first: History) -> None:
    """Bob refused all marketing under the first version: what he gives under the second is closed to its new use."""
    alice, bob, carol = (arrive(f"{name}@example.org") for name in ("alice", "bob", "carol"))
    for person, name in ((alice, "alice"), (bob, "bob"), (carol, "carol")):
        prove(person, f"{name}@example.org")
    refuse(NO_MARKETING, bob, "bob@example.org")
    assert set(clear(INVITE, [alice, bob, carol]).denied) == {alice, bob, carol}, "nobody was told of it yet"
    second(first)
    for person, name in ((alice, "alice"), (bob, "bob")):
        arrive(f"{name}@example.org", person=person)
    anew = arrive("Bob@example.org")
    prove(anew, "Bob@example.org")
    found = clear(INVITE, [alice, bob, carol, anew])
    assert [clearance.person for clearance in found.allowed] == [alice]
    assert not found.unseen
    told = account(INVITE)
    assert told.agrees
    assert told.visible == {alice}, "to the database, too, nobody else is there"


def test_a_use_minted_later_waits_for_who_was_not_told(first: History) -> None:
    """Carol gave what she gave under the first version: the new use does not see it until she is told."""
    carol = arrive("carol@example.org")
    prove(carol, "carol@example.org")
    second(first)
    assert set(clear(INVITE, [carol]).denied) == {carol}
    arrive("carol@example.org", person=carol)
    assert [clearance.person for clearance in clear(INVITE, [carol]).allowed] == [carol]
