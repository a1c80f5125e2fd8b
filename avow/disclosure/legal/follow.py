"""Follow an order of the law: what lies within its scope, and not a line more, goes into one file."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from avow.decision.request import Request
from avow.disclosure.legal.instrument import legal_purpose
from avow.errors import GateError
from avow.gate.clearance import Clearance
from avow.gate.ruling import permitting
from avow.gate.seen.held import Held, held_by
from avow.page.kept.cell import cell
from avow.page.kept.sheet import digest, draft
from avow.policy.proof.keeps import keeps
from avow.record.attested.attest import Prepared, Words, prepare, use
from avow.record.key import new_key
from avow.record.outside.giving import Line, add, begin, give
from avow.record.outside.order import Order, following, order, people_of
from avow.record.outside.register import Disclosure, enter, told
from avow.record.shown.versions import in_force
from avow.record.taken.whole import whole
from avow.terms import Promise, RecipientClass

_HEAD = ("reference", "what", "field", "value", "when", "how it came")
NOTHING, DENIED = "nothing of theirs lies within the order", "nothing of theirs may be given"


@dataclass(frozen=True, slots=True)
class Followed:
    """What came of it: people in the file, who is not and why, the entry of the register, the file's hash.

    `waits` is what two readers must attest first; nothing is written then.
    """

    people: int = 0
    reasons: tuple[tuple[str, int], ...] = ()
    entry: int | None = None
    sha256: str = ""
    waits: Prepared | None = None


@keeps(Promise.LEGAL_PROCESS)
def follow(key: UUID, path: Path, by: str) -> Followed:
    """Write what an order reaches: the people it names, the data it names, what was given within its span of time.

    Once, after the authority was called back and two readers attested every word of it. The register and the ledger
    have it always; the people are told when they may be. Raises GateError before the call back, and where the file is
    there already; RecordError where the order was followed before.
    """
    found = order(key)
    if found.called is None:
        raise GateError("nobody called the authority back yet", "look the number up yourself, call, and note it")
    prepared = prepared_for(key, by)
    if prepared.lacks:
        return Followed(waits=prepared)
    request = Request(legal_purpose().id, found.categories, RecipientClass.AUTHORITY)
    with draft(path) as part, whole(), following(key):
        begin()
        reasons = _write(part, found, request)
        use(prepared)
        done = _register(found, request, prepared, part, reasons, by)
        part.rename(path)
    return done


def prepared_for(key: UUID, by: str) -> Prepared:
    """Prepare what two readers attest, or find it where the very same is open."""
    return prepare(_words(order(key)), by)


def _words(found: Order) -> Words:
    """Write what two readers attest: every word of the order, whom and what it reaches."""
    return {
        "act": "legal",
        "what": f"Follow an order of {found.authority}",
        "order": str(found.id),
        "authority": found.authority,
        "docket": found.docket,
        "orders": found.words,
        "categories": sorted(found.categories),
        "people": [str(one) for one in people_of(found.id)],
        "from": found.since.isoformat(),
        "to": found.until.isoformat(),
        "by": found.deadline.isoformat(),
        "not to be told until": found.gag.isoformat() if found.gag else "",
        "called back": f"{found.caller}: {found.call}",
    }


def _write(part: Path, found: Order, request: Request) -> dict[str, int]:
    """Decide about each person of an order and write what lies within it; count who is not in the file, by reason."""
    reasons = {DENIED: 0, NOTHING: 0}
    with part.open("w", encoding="utf-8", newline="") as file:
        lines = csv.writer(file)
        lines.writerow(_HEAD)
        for person in people_of(found.id):
            released = held_by(request, person)
            within = [one for one in released[1] if found.since <= one.at < found.until] if released else []
            if released and within:
                key = new_key()
                lines.writerows(_rows(key, within))
                add([_line(key, released[0], within)])
            else:
                reasons[NOTHING if released else DENIED] += 1
    return {reason: count for reason, count in reasons.items() if count}


def _rows(key: UUID, within: Sequence[Held]) -> list[list[str]]:
    categories = in_force().categories
    return [
        [str(key), cell(categories[one.category].title), cell(name), cell(value), one.at.isoformat(), one.channel]
        for one in within
        for name, value in one.fields.items()
    ]


def _line(key: UUID, one: Clearance, within: Sequence[Held]) -> Line:
    data = " ".join(sorted({item.category for item in within}))
    return Line(key, one.person, one.reach, data, one.choice_no, one.entry, one.pos, one.salt, 0)


def _register(
    found: Order, request: Request, prepared: Prepared, part: Path, reasons: dict[str, int], by: str
) -> Followed:
    key, now, policy = new_key(), datetime.now(UTC), in_force()
    people, file = give(key, now), digest(part)
    entry = enter(
        Disclosure(
            id=key,
            recipient=RecipientClass.AUTHORITY,
            whom=str(found.id),
            purpose=request.purpose,
            asked=told(request),
            clause=permitting(request),
            version=policy.front.version,
            why=f"{found.authority}, {found.docket}",
            by=by,
            attested=prepared.digest,
            people=people,
            reasons=reasons,
            digest=file,
            at=now,
        )
    )
    return Followed(people, tuple(reasons.items()), entry, file.hex())
