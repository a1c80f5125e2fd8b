"""Give an organization outside the data of those who said yes to it by name: decided, attested, registered."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final
from uuid import UUID

from avow.decision.request import Request
from avow.errors import GateError, RecordError
from avow.gate.audience import members
from avow.gate.clear import clear
from avow.gate.clearance import Clearance
from avow.gate.ruling import permitting, ruling
from avow.gate.seen.left_out import NEWER, LeftOut, left_out, left_out_one
from avow.page.kept.sheet import Write, cut, digest, draft, lines
from avow.policy.proof.keeps import keeps
from avow.record.attested.attest import Prepared, Words, prepare, use
from avow.record.key import new_key, new_keys
from avow.record.outside.giving import Line, add, begin, chose, drop, give
from avow.record.outside.organization import Organization, organization
from avow.record.outside.register import Disclosure, enter, told
from avow.record.outside.yes import beyond, said
from avow.record.shown.versions import in_force
from avow.record.taken.whole import whole
from avow.terms import Promise, RecipientClass

PAGE: Final = 5_000
"""People decided at a time."""
REFERENCE: Final = "reference"
"""The column that names a person to the organization, so that a later notice needs no address."""
Tick = Callable[[int], object]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be given: to which organization, why, by whom it was prepared; of which data (all, if none is named).

    The purpose is the organization's own, as the policy states it.
    """

    to: str
    why: str
    by: str
    categories: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Given:
    """What came of it: people in the file, who was left out and why, the entry of the register, the file's hash.

    `waits` is what two members of staff must attest first; nothing is written then.
    """

    people: int = 0
    reasons: tuple[tuple[str, int], ...] = ()
    entry: int | None = None
    sha256: str = ""
    waits: Prepared | None = None


@keeps(Promise.NOT_GIVEN_OUT)
def disclose(wanted: Wanted, path: Path, tick: Tick = lambda _done: None) -> Given:
    """Write the data of whoever said yes to this organization by name, and of nobody else, to a file.

    Of each goes out what they had given when they said it: a later yes to another organization is none to this one.
    Two members of staff attest it first, for one file. Each person is decided when the line is written, and whoever
    chose something since is decided anew, under lock, before the file takes its place; the register, a row for each
    person and their entries stand or fall with it. Raises GateError where the organization ended, the policy states
    no such use, or the file is there already.
    """
    to, request = asked(wanted)
    if path.exists():
        raise GateError(f"{path} is there already", "name another file")
    prepared = prepared_for(wanted)
    if prepared.lacks:
        return Given(waits=prepared)
    with draft(path) as part, whole():
        begin()
        written = _write(part, path.name, (to, request), tick)
        spans = _late(to, request)
        if spans:
            cut(part, spans, part.stat().st_size - written)
        use(prepared)
        done = _register(wanted, to, request, prepared, part)
        part.rename(path)
    return done


def prepared_for(wanted: Wanted) -> Prepared:
    """Prepare what two members of staff attest, or find it where the very same is open."""
    to, request = asked(wanted)
    found = preview(wanted)
    policy = in_force()
    words: Words = {
        "act": "disclosure",
        "what": f"Give data to {to.title}",
        "to": f"{to.title}: {to.does}",
        "whom": to.id,
        "why": wanted.why,
        "purpose": request.purpose,
        "states": policy.purposes[request.purpose].states,
        "categories": sorted(request.categories),
        "version": policy.front.version,
        "people": f"at most {10 ** len(str(found.allowed)):,}",
    }
    return prepare(words, wanted.by)


def preview(wanted: Wanted) -> LeftOut:
    """Count who would be given now, and who is left out and why; nothing is used."""
    to, request = asked(wanted)
    found, newer = left_out(request, to.list), _beyond(to, request)
    count = sum(person in newer for batch in members(request, to.list, PAGE) for person, _ in batch) if newer else 0
    if not count:
        return found
    return LeftOut(found.allowed - count, {**found.reasons, NEWER: found.reasons.get(NEWER, 0) + count})


def preview_one(wanted: Wanted, person: UUID) -> str:
    """Say why one person is left out; "" if they would be given."""
    to, request = asked(wanted)
    return left_out_one(request, to.list, person) or (NEWER if person in _beyond(to, request) else "")


def asked(wanted: Wanted) -> tuple[Organization, Request]:
    """Give the organization and the use; raise GateError where nothing may be given to it."""
    to, policy = organization(wanted.to), in_force()
    purpose = policy.purposes.get(to.purpose)
    if to.ended is not None:
        raise GateError(f"nothing is given to {to.title} since {to.ended:%Y-%m-%d}", "name another organization")
    if purpose is None or RecipientClass.OUTSIDE not in purpose.recipients:
        raise GateError(f"the policy in force gives nothing outside for {to.purpose}", "state that purpose")
    if not wanted.why.strip():
        raise GateError("a disclosure needs its reason, which stands in the register", "say what it is for")
    if not wanted.categories <= purpose.categories:
        beyond = ", ".join(sorted(wanted.categories - purpose.categories))
        raise GateError(f"the policy states nothing of {beyond} for others", f"{', '.join(sorted(purpose.categories))}")
    topic = purpose.topic or None
    return to, Request(purpose.id, wanted.categories or purpose.categories, RecipientClass.OUTSIDE, topic)


def _write(part: Path, name: str, asked_: tuple[Organization, Request], tick: Tick) -> int:
    """Decide and write page by page; give how many bytes the lines have."""
    to, request = asked_
    written = looked = 0
    with lines(part, sorted(request.categories), of=name, own=(REFERENCE,)) as line:
        for batch in members(request, to.list, PAGE):
            cleared = clear(request, [person for person, _ in batch], to.list)
            keys = [UUID(bytes=key) for key in new_keys(len(cleared.allowed))]
            yes = said(to.list, [one.person for one in cleared.allowed])
            lines_ = (_line(key, one, yes, line) for key, one in zip(keys, cleared.allowed, strict=True))
            held = [one for one in lines_ if one is not None]
            add(held)
            written, looked = written + sum(one.length for one in held), looked + len(batch)
            tick(looked)
    return written


def _line(key: UUID, one: Clearance, yes: Mapping[UUID, datetime], write: Write) -> Line | None:
    """Write what a person's yes to this organization covers: what was given until then; None if nothing is left."""
    covered = {name for name, (at, _, _) in one.sources.items() if _covers(yes.get(one.person), at)}
    if not covered & {*ruling(one.request).heads}:
        return None
    fields = {name: values for name, values in one.use().items() if name in covered}
    length = write(fields, {REFERENCE: str(key)})
    data = " ".join(sorted(fields))
    return Line(key, one.person, one.reach, data, one.choice_no, one.entry, one.pos, one.salt, length)


def _covers(yes: datetime | None, at: str) -> bool:
    return yes is not None and datetime.fromisoformat(at) <= yes


def _beyond(to: Organization, request: Request) -> frozenset[UUID]:
    """Give who gave what would go out after their yes to this organization; another's covers it for that one alone."""
    ruled = ruling(request)
    return beyond(to.list, ruled.heads, ruled.plan.use, ruled.plan.forbid)


def _late(to: Organization, request: Request) -> Sequence[tuple[int, int]]:
    """Decide anew about whoever chose something while the file was written; give the places of those who are out."""
    again = chose()
    denied = [person for at in range(0, len(again), PAGE) for person in _denied(to, request, again[at : at + PAGE])]
    return drop(denied) if denied else ()


def _denied(to: Organization, request: Request, people: Sequence[UUID]) -> Sequence[UUID]:
    return list(clear(request, people, to.list).denied)


def _register(wanted: Wanted, to: Organization, request: Request, prepared: Prepared, part: Path) -> Given:
    """Keep who was in the file, and write its line into the register."""
    key, now, policy = new_key(), datetime.now(UTC), in_force()
    reasons = dict(preview(wanted).reasons)
    people, file = give(key, now), digest(part)
    if people > _most(prepared):
        raise RecordError("there are more people now than were attested", "nothing was written; begin again")
    entry = enter(
        Disclosure(
            id=key,
            recipient=RecipientClass.OUTSIDE,
            whom=to.id,
            purpose=request.purpose,
            asked=told(request),
            clause=permitting(request),
            version=policy.front.version,
            why=wanted.why,
            by=wanted.by,
            attested=prepared.digest,
            people=people,
            reasons=reasons,
            digest=file,
            at=now,
        )
    )
    return Given(people, tuple(reasons.items()), entry, file.hex())


def _most(prepared: Prepared) -> int:
    return int(str(prepared.words["people"]).rpartition(" ")[2].replace(",", ""))
