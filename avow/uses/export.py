"""Write the permitted data of many people to a file, for one stated use: decided, streamed, remembered."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from avow.decision.request import Request
from avow.errors import GateError, RecordError
from avow.gate.audience import members
from avow.gate.clear import clear
from avow.page.kept.sheet import digest, draft, lines
from avow.policy.document import Purpose
from avow.policy.meaning.highest import highest_ever
from avow.policy.proof.keeps import keeps
from avow.record.attested.attest import Prepared, Words, prepare, use
from avow.record.attested.exported import exported
from avow.record.shown.versions import history, in_force
from avow.record.taken.whole import whole
from avow.terms import Promise, RecipientClass

PAGE: Final = 5_000
"""People decided at a time."""
Tick = Callable[[int, int], object]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be exported: a purpose of the policy in force, perhaps through a list; the file; who asks for it."""

    purpose: str
    list: str | None
    path: Path
    by: str


@dataclass(frozen=True, slots=True)
class Exported:
    """What came of it: people in the file, people left out by the gate at the last moment, the entry, the file's hash.

    `waits` is what two members of staff must attest first; nothing is written then.
    """

    people: int = 0
    denied: int = 0
    entry: int | None = None
    sha256: str = ""
    waits: Prepared | None = None


@keeps(Promise.CONFIDENTIAL, Promise.PURPOSES_ONLY)
def export(wanted: Wanted, alone: int, tick: Tick = lambda _done, _all: None) -> Exported:
    """Write whom the use reaches, with the fields that it permits: CSV, or lines of JSON by the file's suffix.

    More than `alone` people, and anybody's data of the highest level, need two members of staff who attest it, for one
    export. Each person is decided when the
    line is written; the decisions are remembered, and the file, which appears whole or not at all, with an entry
    *exported*. In CSV what a spreadsheet would run is made text by an apostrophe. Raises GateError for a purpose that
    the policy does not state towards the company, or if the file is there already.
    """
    purpose = _purpose(wanted.purpose)
    request = Request(purpose.id, purpose.categories)
    if wanted.path.exists():
        raise GateError(f"{wanted.path} is there already", "name another file")
    expected = sum(len(batch) for batch in members(request, wanted.list))
    most = alone if expected <= alone else max(10 ** len(str(expected)), alone)
    prepared = None
    if expected > alone or purpose.categories & highest_ever(history().policies):
        prepared = prepare(_words(wanted, purpose, most), wanted.by)
        if prepared.lacks:
            return Exported(waits=prepared)
    with draft(wanted.path) as part:
        done = _write(part, wanted, request, most, lambda number: tick(number, expected))
        with whole():
            if prepared:
                use(prepared)
            file = bytes.fromhex(done.sha256)
            entry = exported(purpose.id, done.people, file, prepared.digest if prepared else None)
            part.rename(wanted.path)
    return replace(done, entry=entry)


def _write(part: Path, wanted: Wanted, request: Request, most: int, tick: Callable[[int], object]) -> Exported:
    """Decide and write page by page; give how many there are, and the hash of what was written."""
    people = denied = looked = 0
    with lines(part, sorted(request.categories), of=wanted.path.name) as line:
        for batch in members(request, wanted.list, PAGE):
            cleared = clear(request, [person for person, _ in batch], wanted.list)
            people, denied, looked = people + len(cleared.allowed), denied + len(cleared.denied), looked + len(batch)
            if people > most:
                raise RecordError(f"there are more than {most} people now", "nothing was written; begin again")
            for one in cleared.allowed:
                line(one.use(), {})
            tick(looked)
    return Exported(people, denied, sha256=digest(part).hex())


def _purpose(name: str) -> Purpose:
    purposes = in_force().purposes
    found = purposes.get(name)
    if found is None:
        raise GateError(f"the policy in force has no purpose {name!r}", f"it has: {', '.join(sorted(purposes))}")
    if RecipientClass.COMPANY not in found.recipients:
        raise GateError(f"{found.title} is for others than the company", "who is outside gets data by a disclosure")
    return found


def _words(wanted: Wanted, purpose: Purpose, most: int) -> Words:
    """Write what staff attest: whose data goes into a file, and what for."""
    columns: Sequence[str] = sorted(purpose.categories)
    return {
        "act": "export",
        "purpose": purpose.id,
        "states": purpose.states,
        "list": wanted.list or "",
        "categories": list(columns),
        "version": in_force().front.version,
        "people": f"at most {most:,}",
    }
