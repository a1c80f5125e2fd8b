"""Test the demo on a small crowd: it permits what it can, names what it cannot, and notices what is wrong."""

from dataclasses import replace

import pytest

from avow.cli.demo.arrive import deal
from avow.cli.demo.day import day
from avow.cli.demo.people import people
from avow.cli.demo.prove import prove, uses
from avow.cli.demo.refuse import Refused, merge, unmerge
from avow.cli.demo.sink import sink
from avow.cli.demo.told import Told
from avow.config import config
from avow.policy.folder import load
from avow.record.known.address import parse
from avow.record.known.identity import everybody
from avow.record.said.choices import choose
from avow.record.shown.versions import publish
from avow.terms import Actor, ChannelKind
from tests.units.cli.test_ledger import reached
from tests.units.record.cast import NO_MARKETING, arrive

__all__ = ["reached"]


def nothing(_: int) -> None:
    """Tell nobody how far it is."""


def test_the_whole_day(monkeypatch: pytest.MonkeyPatch) -> None:
    """Four hundred people: all is accounted for, what a relation allows is allowed, the rest is named."""
    publish(load(config().policies))
    with sink() as (caught, port):
        monkeypatch.setenv("AVOW_SMTP", f"smtp://127.0.0.1:{port}")
        config.cache_clear()
        told = day(400, caught)
    assert told.wrong == {}
    lines = {(line.purpose, line.recipient): line for line in told.uses}
    for purpose in ("orders", "support", "hiring", "conduct", "inquiry", "newsletter", "offers", "improvement"):
        assert lines[purpose, "company"].permitted > 0, purpose
        assert lines[purpose, "company"].lacks == ()
    assert lines["security", "company"].lacks == ("owns",)
    assert lines["orders", "processor"].lacks == ("agreement",)
    assert all(line.permitted > 0 or line.lacks for line in told.uses)
    assert (told.merged, told.unmerged, told.not_restored) == (4, 1, 0)
    assert told.received > 0


def test_a_use_that_permits_nobody_is_wrong() -> None:
    """Where nobody ordered, orders are permitted to nobody though they could be: the report says so."""
    publish(load(config().policies))
    invented = list(people(3))
    for one in invented:
        arrive(one.address, proven=True)
    request = next(request for request in uses() if request.purpose == "orders")
    bare = prove(request, everybody(), nothing)
    name = "uses that could be permitted and are to nobody"
    assert Told(uses=[bare], ledger={"ok": True}).wrong == {name: 1}
    deal(invented[:2], ChannelKind.ORDER, nothing)
    line = prove(request, everybody(), nothing)
    assert (line.permitted, line.disagreements) == (2, 0)
    assert Told(uses=[line], ledger={"ok": True}).wrong == {}
    assert Told(uses=[replace(bare, lacks=("ordered",))], ledger={"ok": True}).wrong == {}


def test_who_is_not_restored_is_counted() -> None:
    """A pair stands after the un-merge as before the merge; what one refused meanwhile shows as a difference."""
    publish(load(config().policies))
    one, other, third, fourth = people(4)
    for invented in (one, other, third, fourth):
        arrive(invented.address, proven=True)
    refused = Refused({parse(one.address).reach_id})
    choose(NO_MARKETING, Actor.STAFF, "telephone", reach=parse(one.address).reach_id)
    quiet, loud = merge([(one, other), (third, fourth)], refused, nothing)
    assert refused.mailboxes == {parse(invented.address).reach_id for invented in (one, other)}
    choose(NO_MARKETING, Actor.STAFF, "telephone", loud.persons[0])
    assert unmerge([quiet], refused, nothing) == 0
    assert refused.mailboxes == {parse(one.address).reach_id}
    assert unmerge([loud], refused, nothing) == 2
