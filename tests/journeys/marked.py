"""Let people with marks of their own live in a store, and look for the marks in every file, however written."""

import base64
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from avow.decision.request import Request
from avow.gate.clear import clear
from avow.ledger.sequencer import sequence
from avow.mail.outbox import work
from avow.mail.outgoing import post
from avow.mail.stop import stop
from avow.record.journal.keep import keep
from avow.record.known.address import parse
from avow.record.known.identity import persons_at, verify
from avow.record.said.choices import Chosen
from avow.record.shown.notice import show
from avow.record.shown.stamp import stamp
from avow.record.shown.versions import history, in_force
from avow.record.taken.store import Given, amend
from avow.record.taken.store import keep as keep_item
from avow.record.upkeep import upkeep
from avow.store.connect import connect
from avow.terms import Actor, Answer, ChannelKind, MessageKind, Scope
from avow.uses.mailings import send

ADDRESS = "zelda-{}@example.org"


def live(marks: list[str]) -> list[str]:
    """Let a person live for each mark: gives it in every field, is mailed, corrects, refuses. Give their ids."""
    connect()
    people = [_born(mark) for mark in marks]
    assert send("offers", "# An offer\n\nDear {{ name | friend }}, come and see.\n").accounted
    for person, mark in zip(people, marks, strict=True):
        address = parse(ADDRESS.format(mark))
        post(MessageKind.IDENTITY, person, address.exact_id, "code", {"code": f"code-{mark}", "minutes": "5"})
        with upkeep() as cursor:
            cursor.execute("SELECT id FROM item WHERE person_id = %s AND category = 'profile'", [person])
            item = UUID(str(cursor.fetchone()[0]))
        amend(person, item, {"name": f"Corrected ü {mark}", "company": f"Company {mark}"})
        no = Chosen(Answer.NO, scope=Scope.MARKETING)
        stop([no], f"a letter that says {mark}", person, address.reach_id, Actor.PERSON_VERIFIED)
    while work():
        pass
    sequence()
    keep()
    return [str(person) for person in people]


def _born(mark: str) -> UUID:
    address = parse(ADDRESS.format(mark))
    person = None
    for channel in (ChannelKind.REGISTRATION, ChannelKind.INQUIRY, ChannelKind.ORDER):
        declared = in_force()
        given = [
            Given(
                category,
                {
                    field.id: address.display
                    if field.type.value == "address"
                    else (field.options[0] if field.options else f"{field.id} ü {mark}")
                    for field in declared.categories[category].fields
                },
            )
            for category in sorted(declared.channels[channel].collects)
        ]
        marked = stamp(history(), show(declared, channel, "en"), f"/{channel.value}/", datetime.now(UTC))
        person = keep_item(marked, given, address, (), person)
    assert person
    verify(person, address.exact_id, f"a link, opened by {mark}")
    return person


def allowed(mark: str) -> int:
    """Count how many of those who hold an address may get an offer."""
    connect()
    people = persons_at(parse(ADDRESS.format(mark)).exact_id)
    assert people
    return len(clear(Request("offers", frozenset({"contact"})), people).allowed)


def found(folder: Path, marks: list[str]) -> set[tuple[str, str]]:
    """Give (file, mark) of each mark that stands in a file below a folder, in whatever way it is written."""
    ways = {mark: frozenset(_written(mark)) for mark in marks}
    seen = set()
    for path in folder.rglob("*"):
        if path.is_file() and not path.is_symlink():
            content = path.read_bytes()
            seen |= {
                (str(path.relative_to(folder)), mark) for mark in marks if any(way in content for way in ways[mark])
            }
    return seen


def _written(mark: str) -> Iterator[bytes]:
    """Write a mark in every way: plain, UTF-16, escaped, hex, base64 at each of three places; an id as bytes too."""
    raws = [mark.encode(), mark.encode("utf-16-le"), mark.encode("utf-16-be"), json.dumps(mark)[1:-1].encode()]
    if len(mark) == 36 and mark.count("-") == 4:
        raws += [UUID(mark).bytes, UUID(mark).hex.encode()]
    for raw in raws:
        yield raw
        yield raw.hex().encode()
        yield raw.hex().upper().encode()
        for shift in range(3):
            yield base64.b64encode(b"\0" * shift + raw)[4 if shift else 0 : -4]
