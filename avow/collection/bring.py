"""Bring in what a company has today: who refuses first, then people, all or nothing."""

import hashlib
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from avow.errors import CollectionError, PolicyError
from avow.mail.queue.mark import LEASE
from avow.policy.document import Policy
from avow.policy.proof.keeps import keeps
from avow.policy.shown.notice import notice
from avow.record.attested.attest import Prepared, Words, prepare, use
from avow.record.shown.notice import shown
from avow.record.shown.stamp import UNKNOWN, Shown
from avow.record.shown.versions import history, in_force
from avow.record.taken.bulk import Arrival, Taken, take
from avow.record.taken.refuse import Refused, refuse
from avow.record.taken.sheets.formats import PLAIN, recognised
from avow.record.taken.sheets.refusals import Counted, Refusal, Source, refusals
from avow.record.taken.sheets.report import Outcome, Report
from avow.record.taken.sheets.rows import Rows
from avow.record.taken.sheets.sheet import LEAVE_OUT, arrivals
from avow.record.taken.whole import whole
from avow.terms import ChannelKind, Promise

_LONGEST: Final = 100_000
"""Characters of a notice."""
_KNOWN: Final = "somebody here has this address, or it stood in the file before"
Tick = Callable[[int], object]


@dataclass(frozen=True, slots=True)
class Claim:
    """Under which words people were collected: a version, a channel of it, the words in a file, what they stated.

    `states` are the purposes that the words stated; None where the words are those of the channel's own notice.
    `proven` claims that the holders confirmed their addresses then. `by` is who prepares it.
    """

    version: str
    channel: ChannelKind
    words: Path
    by: str
    states: tuple[str, ...] | None = None
    proven: bool = False


@dataclass(frozen=True, slots=True)
class Order:
    """What is brought: a file of people or none, files of refusals, how to read them.

    `dated` is the heading of the date of collection; `again` makes people anew whose address is known here.
    """

    people: Path | None
    refusals: Sequence[Source] = ()
    mapping: Mapping[str, str] = field(default_factory=dict)
    dated: str | None = None
    again: bool = False
    claim: Claim | None = None


@dataclass(slots=True)
class Brought:
    """What came of it: people and items taken, refusals by file, and what waits to be attested before people come."""

    taken: Taken | None = None
    refused: Refused | None = None
    read: dict[str, Counted] = field(default_factory=dict)
    waits: Prepared | None = None
    attested: Prepared | None = None


@keeps(Promise.CHANNELS_ONLY, Promise.OPTOUT)
def bring(order: Order, report: Report, tick: Tick = lambda _: None) -> Brought:
    """Take refusals, then people, in one transaction; a refusal wins over whatever another file says.

    People whom nobody knows anything of get no optional use; those of a claim get exactly what its words stated, once
    two members of staff attested it, and until then none of them is taken. When this returns, nothing that was under
    way to a mailbox that refuses now is under way any more. Raises CollectionError, and keeps nothing, if a line is
    bad and bad lines are not left out.
    """
    found, before = Brought(), _digest(order.people) if order.people else ""
    prepared = prepare(_words(order, before), order.claim.by) if order.claim and order.people else None
    found.waits = prepared if prepared and prepared.lacks else None
    with whole():
        sources = [*order.refusals, *_own(order)]
        if sources:
            found.refused = refuse(_told(sources, order, report, found.read, tick))
        if order.people and not found.waits:
            shown_ = _shown(order.claim, prepared) if order.claim and prepared else UNKNOWN
            found.attested = use(prepared) if prepared else None
            found.taken = _take(order, order.people, shown_, report, tick)
            if _digest(order.people) != before:
                raise CollectionError(f"{order.people} was changed while it was read", "nothing was kept; try again")
        report.settle()
    if found.refused and found.refused.choices:
        time.sleep(LEASE)
    return found


def _take(order: Order, path: Path, told: Shown, report: Report, tick: Tick) -> Taken:
    """Take the people of a file; who is known, or stood in it before, is told and left as they are."""
    policy = history().version(told.version) if told.version else in_force()
    coming = arrivals(path, policy, order.mapping, told, report=report, dated=order.dated)
    proven = bool(order.claim and order.claim.proven)
    return take(
        _proven(coming) if proven else coming,
        tick,
        spoiled=lambda one, error: report.bad(one.place, str(error)),
        known=None
        if order.again
        else lambda one: report.tell(
            Outcome.KNOWN, one.place, "the address is known here, or stood in the file before"
        ),
    )


def _proven(coming: Iterator[Arrival]) -> Iterator[Arrival]:
    for one in coming:
        yield replace(one, proven=True)


def _own(order: Order) -> list[Source]:
    """Give the file of people as one of refusals too, where it is an export that says who refuses."""
    if order.people is None:
        return []
    rows = Rows(order.people, Report(leave_out=True))
    next(iter(rows), None)
    mapping = {title: name for title, name in order.mapping.items() if name != LEAVE_OUT}
    found = recognised(rows.heading)
    return [] if found is None or found is PLAIN else [Source(order.people, mapping=mapping)]


def _told(
    sources: Sequence[Source], order: Order, report: Report, read: dict[str, Counted], tick: Tick
) -> Iterator[Refusal]:
    """Read every file of refusals; what is bad in the file of people is told where its people are read."""
    for source in sources:
        counted = read.setdefault(str(source.path), Counted())
        own = source.path == order.people
        told = Report(leave_out=True) if own else report
        yield from refusals(source, told, counted, _quiet if own else tick)
        if own:
            report.take_over(told, Outcome.UNSURE)


def _quiet(_: int) -> None:
    """Count nothing: these lines are counted where their people are read."""


def _words(order: Order, digest: str) -> Words:
    """Write what staff attest: which file was collected under which words, and how it is read."""
    claim = order.claim
    if claim is None or order.people is None:
        raise CollectionError("there is nothing to attest", "give a file of people and --as VERSION")
    policy, words = history().version(claim.version), _read(claim.words)
    return {
        "act": "import",
        "file": order.people.name,
        "sha256": digest,
        "version": claim.version,
        "channel": claim.channel.value,
        "words": words,
        "states": list(_states(policy, claim, words)),
        "confirmed": "by their holders, then" if claim.proven else "no",
        "columns": [f"{title}={name}" for title, name in sorted(order.mapping.items())],
        "dates": order.dated or "",
        "known": "are made again" if order.again else "are left out",
    }


def _shown(claim: Claim, prepared: Prepared) -> Shown:
    """Give what these people were shown, attested, and store its words."""
    policy, words = history().version(claim.version), _read(claim.words)
    told = shown(claim.version, claim.channel, policy.front.language, words)
    return replace(told, states=_states(policy, claim, words), attested=prepared.digest)


def _states(policy: Policy, claim: Claim, words: str) -> tuple[str, ...]:
    """Give the purposes that the words stated: the channel's own, or fewer; raise CollectionError for any other."""
    if claim.channel not in policy.channels:
        raise PolicyError(
            f"version {claim.version} has no channel {claim.channel.value!r}", hint="name one that it has"
        )
    known = policy.channels[claim.channel].states
    if claim.states is None:
        if _plain(words) != _plain(notice(policy, claim.channel)):
            raise CollectionError(
                f"{claim.words} does not say what version {claim.version} says at {claim.channel.value}",
                "name what its words stated, by --states PURPOSE for each",
            )
        return known
    further = [name for name in claim.states if name not in known]
    if further:
        raise CollectionError(
            f"version {claim.version} does not state {', '.join(further)} at {claim.channel.value}",
            f"it states: {', '.join(known)}",
        )
    return tuple(name for name in known if name in claim.states)


def _plain(words: str) -> list[str]:
    return words.replace("- ", " ").split()


def _read(path: Path) -> str:
    try:
        text = path.read_text(encoding="utf-8-sig").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise CollectionError(f"{path} cannot be read: {error}", "give the words as a text file in UTF-8") from error
    if not text or len(text) > _LONGEST:
        raise CollectionError(f"{path} holds no words that could have been shown", "give the words that people saw")
    return text


def _digest(path: Path) -> str:
    """Give the SHA-256 of a file (hex)."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise CollectionError(f"{path} cannot be read: {error.strerror}", "give the path of a CSV file") from error
