"""Play the demo's day: people arrive, confirm, order, refuse, are merged and written to; then all is proved."""

import time
from collections.abc import Mapping, Sequence

from avow.cli.demo.arrive import bring_in, confirm, deal, fill_in
from avow.cli.demo.bar import Step, steps
from avow.cli.demo.people import Invented, people
from avow.cli.demo.prove import prove, uses
from avow.cli.demo.refuse import Refused, come_back, merge, pick, say_no, strangers_say_no, unmerge
from avow.cli.demo.sink import Sink
from avow.cli.demo.told import Told
from avow.cli.ledger import verified
from avow.ledger.sequencer import sequence
from avow.mail.outbox import work
from avow.record.known.address import parse
from avow.record.known.identity import everybody
from avow.terms import ChannelKind
from avow.uses.mailings import send

MESSAGE = """# What is new at Harbour Mail

Dear reader,

the new release carries mail twice as far. Nobody watched you read this.
"""
_STILL = 15.0
_UNCONFIRMED, _BOXED = 10, 11
_DEALERS, _PARTED = 80, 4
_DEALINGS = {
    ChannelKind.ORDER: "orders",
    ChannelKind.SUPPORT: "questions to support",
    ChannelKind.APPLICATION: "applications",
    ChannelKind.FORUM: "posts",
    ChannelKind.LETTER: "letters",
}


def day(count: int, caught: Sink) -> Told:
    """Play the whole day with a bar for each step, and tell."""
    told, refused = Told(), Refused()
    register, ask = count // 5, count // 10
    listed = (count - register - ask) * 2 // 3
    crowd = list(people(count + count // 200))
    crowd, strangers = crowd[:count], crowd[count:]
    earlier = slice(register + ask, register + ask + listed)
    with steps() as step:
        fill_in(crowd[:register], ChannelKind.REGISTRATION, step("registrations", register))
        fill_in(crowd[register : register + ask], ChannelKind.INQUIRY, step("inquiries", ask))
        bring_in(crowd[earlier], told=True, tick=step("imported, told what for", listed))
        unknown = crowd[earlier.stop :]
        bring_in(unknown, told=False, tick=step("imported, told nobody knows what", len(unknown)))
        told.arrived = {"registration": register, "inquiry": ask, "import": listed + len(unknown)}
        _ticked(crowd[:register], refused, "the box at registration")
        _ticked(crowd[earlier], refused, "the box, brought along by an import")
        told.confirmed = _confirm(caught, register + ask, step)
        _deal(told, crowd, step)
        _refuse(told, refused, crowd, strangers, step)
        _merge(told, refused, crowd, step)
        _write(told, caught, refused, step)
        _prove(told, count, step)
    return told


def _ticked(some: Sequence[Invented], refused: Refused, way: str) -> None:
    """Remember who ticked the box that says no."""
    for person in some[::_BOXED]:
        refused.mailboxes.add(parse(person.address).reach_id)
        refused.count(f"all marketing, by {way}")


def _confirm(caught: Sink, expected: int, step: Step) -> int:
    """Send the links that prove an address, and let nine of ten press the button."""
    tick, moved = step("confirmations sent", expected), time.monotonic()
    while len(caught.confirm) < expected and time.monotonic() - moved < _STILL:
        if work(1000, tick):
            moved = time.monotonic()
    links = [link for number, link in enumerate(caught.confirm) if number % _UNCONFIRMED]
    confirm(links, step("addresses proven", len(links)))
    return len(links)


def _deal(told: Told, crowd: list[Invented], step: Step) -> None:
    """Let some people order, ask support, apply, post and write, each by the channel that brings the relation."""
    for number, channel in enumerate(_DEALINGS):
        some = pick(crowd, len(crowd) // _DEALERS, seed=10 + number)
        deal(some, channel, step(_DEALINGS[channel], len(some)))
        told.dealt[channel.value] = len(some)


def _merge(told: Told, refused: Refused, crowd: list[Invented], step: Step) -> None:
    """Take some pairs for one, and part one in four of them again, who must stand then as if nothing had been."""
    some = pick(crowd, len(crowd) // 50 // 2 * 2, seed=3)
    pairs = list(zip(some[::2], some[1::2], strict=True))
    merged = merge(pairs, refused, step("merges", len(pairs)))
    parted = merged[::_PARTED]
    told.not_restored = unmerge(parted, refused, step("merges undone", len(parted)))
    told.merged, told.unmerged = len(merged), len(parted)


def _refuse(told: Told, refused: Refused, crowd: list[Invented], strangers: list[Invented], step: Step) -> None:
    """Let a tenth of the people say no, strangers too, and some of them come back."""
    rest = max(len(crowd) // 10 - sum(refused.ways.values()) - len(strangers), 0)
    no = pick(crowd, rest, seed=2)
    say_no(no, refused, step("refusals", rest))
    strangers_say_no(strangers, refused, step("refusals of unknown mailboxes", len(strangers)))
    back = no[:: max(rest // max(len(crowd) // 400, 1), 1)]
    come_back(back, refused, step("changes of mind", len(back)))
    told.refusals, told.came_back = refused.ways, len(back)


def _write(told: Told, caught: Sink, refused: Refused, step: Step) -> None:
    """Send the newsletter, and compare what arrived with who had refused."""
    report = send("newsletter", MESSAGE, step("newsletter", 0).reach)
    copies: Mapping[str, int] = next(iter(caught.copies.values()), {})
    told.mailing, told.mailing_denied = dict(report.states), dict(report.denied)
    told.received = sum(copies.values())
    told.received_twice = sum(number > 1 for number in copies.values())
    told.received_by_refused = sum(parse(address).reach_id in refused.mailboxes for address in copies)
    told.lacking_headers = caught.lacking
    told.unaccounted = 0 if report.accounted and report.states.get("sent", 0) == told.received else 1


def _prove(told: Told, count: int, step: Step) -> None:
    """Decide every use of everybody three ways, and check the ledger."""
    everyone, requests = everybody(), list(uses())
    told.people = len(everyone)
    tick = step("decisions", len(everyone) * len(requests))
    told.uses = [prove(request, everyone, tick) for request in requests]
    told.decisions = sum(line.people for line in told.uses)
    told.disagreements = sum(line.disagreements for line in told.uses)
    told.unaccounted += abs(len(everyone) - count) + sum(abs(line.people - count) for line in told.uses)
    while sequence():
        pass
    report = verified()
    told.ledger = {"entries": report.entries, "rows": report.rows, "wrong": report.wrong, "ok": report.ok}
