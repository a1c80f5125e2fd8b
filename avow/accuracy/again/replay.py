"""Bring an older store to what was published and exercised since: the ledger's tail, then every right, in one piece."""

from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from avow.accuracy.forgotten.forget import forget
from avow.ledger.again.put_back import put_back
from avow.mail.stop import apply
from avow.policy.proof.keeps import keeps
from avow.record.again.corrected import correct
from avow.record.again.followed import follow_again
from avow.record.again.gone import names_of, newest, restored, sweep
from avow.record.again.joined import join
from avow.record.again.known import entries, known
from avow.record.again.refused import refuse
from avow.record.agreed.ending import end_again
from avow.record.agreed.seat import end_again as seat_again
from avow.record.journal.keep import keep
from avow.record.own.awaited import begin_anew
from avow.record.petitions.petition import petition_again, wait_again
from avow.record.petitions.restraint import HOLD, end, restrain_again, restraints
from avow.record.programs.token import end_again as token_again
from avow.store.journal.behind import last_entry
from avow.store.journal.chain import Chain
from avow.store.journal.people import get
from avow.terms import Actor, Promise

Line = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Replayed:
    """How many entries were put back, and how many acts were done again: those that the store did not know."""

    entries: int
    refusals: int
    corrections: int
    erasures: int
    merges: int
    ends: int = 0
    requests: int = 0


@keeps(Promise.OPTOUT)
def replay(tick: Callable[[int, int], object] = lambda _done, _all: None) -> Replayed:
    """Put back what this store lacks of the published ledger, and do again each right that it does not know of.

    All of it is one transaction: whoever is killed in the middle changed nothing, and the same can be done again.
    Only when it is committed may anything be used. A yes is not done again: its person is asked by nobody, and can
    give it anew. Raises LedgerError if the store is no earlier state of the ledger that was published.
    """
    with transaction.atomic():
        lines = _unknown(list(Chain("rights").lines()))
        placed = put_back(Chain("ledger").lines(), last_entry())
        mark, named = newest(), names_of(placed)
        people = known({digest for line in lines for digest in _digests(line)})
        done = [0] * 6
        for at, line in enumerate(lines):
            kind = _KINDS[line["kind"]]
            done[kind] += _again(line, people, named, placed)
            tick(at + 1, len(lines))
        wait_again()
        begin_anew()
        done[2] += sweep(placed)
        if not (placed or any(done)):
            return Replayed(0, 0, 0, 0, 0)
        entry = restored(placed, mark)
    with Chain("rights").held() as chain:
        chain.append([{"kind": "replayed", "entry": entry}])
    keep()
    return Replayed(len(placed), *done)


_KINDS = {
    "chosen": 0,
    "amended": 1,
    "forgotten": 2,
    "linked": 3,
    "unlinked": 3,
    "agreed": 4,
    "ended": 4,
    "asked": 5,
    "barred": 5,
    "followed": 5,
}


def _unknown(lines: Sequence[Line]) -> list[Line]:
    """Keep the lines of acts that this store does not know, after the last replay that it does."""
    have = entries({int(line["entry"]) for line in lines})
    since = max(
        (at for at, line in enumerate(lines) if line["kind"] == "replayed" and line["entry"] in have), default=-1
    )
    return [line for line in lines[since + 1 :] if line["entry"] not in have and line["kind"] in _KINDS]


def _digests(line: Line) -> Sequence[str]:
    """Give whom a line names."""
    if line["kind"] == "chosen":
        return [person for person, _ in line["places"]]
    return line.get("whose") or [line.get("one", ""), line.get("other", "")]


def _again(line: Line, people: Mapping[str, UUID], named: Container[tuple[int, int]], placed: Container[int]) -> int:
    """Do again what one line says, and give how many acts that came to."""
    match line["kind"]:
        case "chosen":
            return refuse(line, people, apply)
        case "linked" | "unlinked":
            return join(line, people, named)
        case "agreed" | "ended":
            return _ended(line)
        case "asked" | "barred" | "followed":
            return sum(_opened(line, digest, people, placed) for digest in line["whose"])
        case "amended":
            return sum(_corrected(line, digest, people, placed) for digest in line["whose"])
    return sum(_forgotten(digest, people, named) for digest in line["whose"])


def _ended(line: Line) -> bool:
    """End again an agreement, a token or a seat, as it was ended."""
    if line["kind"] == "agreed":
        return end_again(line["agreement"], datetime.fromisoformat(line["ended"]))
    token, at = UUID(line["token"]), datetime.fromisoformat(line["at"])
    return token_again(token, at) or seat_again(token, at)


def _corrected(line: Line, digest: str, people: Mapping[str, UUID], placed: Container[int]) -> bool:
    kept = get(bytes.fromhex(digest), line["entry"])
    if kept is None or digest not in people:
        return False  # forgotten since, or not here
    return correct(people[digest], line["entry"], kept, placed=line["entry"] in placed)


def _opened(line: Line, digest: str, people: Mapping[str, UUID], placed: Container[int]) -> bool:
    """Open again what waited for an answer, and bar again what was barred; what was decided or ended since is gone."""
    kept = get(bytes.fromhex(digest), line["entry"])
    if kept is None or digest not in people:
        return False
    told: Mapping[str, Any] = kept
    whose, entry, published = people[digest], line["entry"], line["entry"] in placed
    if "restraint" in told:
        return restrain_again(whose, entry, told["restraint"], told["salt"], placed=published)
    if "followed" in told:
        return follow_again(whose, entry, told["followed"], told["salt"], placed=published)
    return petition_again(whose, entry, told["petition"], told["salt"], placed=published)


def _forgotten(digest: str, people: Mapping[str, UUID], named: Container[tuple[int, int]]) -> bool:
    if digest not in people:
        return False
    for one in restraints(people[digest]):
        if one.kind == HOLD:
            end(
                one.id, Actor.SYSTEM.value
            )  # none stood when they were forgotten; what else bars those who are linked stays
    forget(people[digest], named)
    return True
