"""Send what waits: claim, lock, ask the gate, mark and commit, hand over under a lease, record what became of it."""

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from math import inf
from typing import Any, Final
from uuid import UUID

from django.db import DatabaseError, InterfaceError, connection
from django.db.backends.utils import CursorWrapper

from avow.errors import AvowError, MailError, StoreError
from avow.gate.clear import clear
from avow.gate.clearance import Clearance
from avow.gate.picked.sift import sift
from avow.mail.asked.filled import filled
from avow.mail.form.added import added
from avow.mail.form.form import Form, single, to_list
from avow.mail.form.letterhead import Letterhead, check_marketing, letterhead
from avow.mail.form.written.laid import Laid, lay
from avow.mail.message import Message, address, compose, copy
from avow.mail.queue.claim import claim, finish, give_up, kinds, mailings
from avow.mail.queue.left.trail import Trail, follow, trail
from avow.mail.queue.mark import LEASE, Copy, mark_ended, mark_moved, mark_outcomes, mark_put_off, mark_sending
from avow.mail.queue.rows import DELIVERIES, SINGLES, Queue, Row
from avow.mail.queue.settle import Doubt, expire, settled
from avow.mail.smtp.clock import elapsed
from avow.mail.smtp.hand import Outcome
from avow.mail.smtp.pace import put_off
from avow.mail.smtp.wire import Wire, kept, lease, let_go, wire
from avow.policy.document import Policy
from avow.policy.proof.keeps import keeps
from avow.record.enriched.told import untold
from avow.record.known.address import parse
from avow.record.shown.versions import in_force
from avow.record.upkeep import hold_still, upkeep
from avow.store.server.prepared import often
from avow.store.spool import waiting
from avow.terms import DeliveryState, MessageKind, Promise

__all__ = ["Doubt", "settled", "work"]

BATCH = 500
"""Messages that are decided together and then handed over within one lease, at most."""
_LEAST = 10
_LONG = 0.3
"""Seconds that a batch should be on the wire at most: a refusal of somebody in it waits that long."""
_FEW = 2
"""Connections for single messages."""
_TURN = 100_000
_IDLE = 5.0
"""Seconds after which connections that nothing goes out on are closed."""
_RECORD_TRIES = 6
_LEFT = "not in the segment any more"
"""Stands as the reason of a copy whose reader met its segment when it was made, and does not now."""


@dataclass(slots=True)
class Stack:
    """Messages of one form that wait: their table, which of its rows, the form, who writes; laid out when begun."""

    queue: Queue
    choice: tuple[Any, ...]
    form: Form
    head: Letterhead
    marketing: bool
    _laid: Laid | None = None

    def laid(self, *, eight_bit: bool) -> Laid:
        """Lay the form out for a mail server, once."""
        if self._laid is None or self._laid.eight_bit is not eight_bit:
            self._laid = lay(self.form, self.head, eight_bit=eight_bit)
        return self._laid


class Begun:
    """A batch that was marked and is on its way: its copies, what they come to, when it began and ended (`elapsed`)."""

    __slots__ = ("at", "copies", "ended", "outcomes")

    def __init__(self, copies: list[Copy], outcomes: Future[list[Outcome]]) -> None:
        """Note that it begins, and when it ends."""
        self.copies, self.outcomes, self.at, self.ended = copies, outcomes, elapsed(), 0.0
        outcomes.add_done_callback(self._end)

    def _end(self, _: Future[list[Outcome]]) -> None:
        self.ended = elapsed()


_NOTHING: Final = Begun([], Future())


class _Overtaken(Exception):
    """A refusal was received that is not applied yet: nothing of this batch is begun."""


@keeps(Promise.OPTOUT)
def work(limit: int = 1000, tick: Callable[[int], None] = lambda _: None) -> int:
    """Send up to about `limit` messages that are due, single ones first; give how many were attempted or denied.

    Marketing waits while a refusal that was received is not applied yet. `tick` is told after each batch.
    Raises MailError if no mail server answers; what waits then keeps waiting.
    """
    return _work(limit, tick, inf, wire)


@often()
def _work(
    limit: int, tick: Callable[[int], None], end: float, opened: Callable[[], AbstractContextManager[Wire]]
) -> int:
    follow()
    expire()
    stacks, done = _stacks(), 0
    if stacks:
        with opened() as out, trail() as left:
            for stack in stacks:
                for count in _batches(stack, (out, left), limit - done, end):
                    done += count
                    tick(count)
    with upkeep() as cursor:
        finish(cursor)
    return done


def turn(seconds: float = 1.0) -> int:
    """Send for about so long, as one turn among other jobs; connections stay open for the next one for a while."""
    done = _work(_TURN, lambda _: None, elapsed() + seconds, kept)
    let_go(_IDLE)
    return done


def _stacks() -> list[Stack]:
    """Compile the form of whatever has rows that are due: single messages first."""
    with upkeep() as cursor:
        singles = kinds(cursor)
        several = mailings(cursor, marketing=not waiting())
    if not (singles or several):
        return []
    return [
        *_compiled(SINGLES, singles, lambda policy, kind, words: single(policy, MessageKind(kind), words)),
        *_compiled(DELIVERIES, several, _to_list),
    ]


def _compiled(queue: Queue, found: Sequence[tuple[Any, ...]], form: Callable[..., Form]) -> Iterator[Stack]:
    """Compile each form under the policy in force; give up, with the reason, what cannot be composed any more."""
    policy = in_force()
    usual = letterhead(policy)
    for words in found:
        choice = words[: 1 if queue is DELIVERIES else 2]
        try:
            made = form(policy, *words)
            named = made.sender or made.answers
            head = letterhead(policy, made.sender, made.answers) if named else usual
            if queue is DELIVERIES:
                check_marketing(head, made.list)
        except (AvowError, ValueError) as error:
            with upkeep() as cursor:
                give_up(cursor, queue, choice, str(error)[:200])
        else:
            yield Stack(queue, choice, made, head, marketing=made.kind.marketing)


def _to_list(policy: Policy, _: UUID, list_id: str, topic: str | None, purpose: str, words: str) -> Form:
    if purpose not in policy.purposes:
        raise MailError(f"the policy in force states no purpose {purpose!r}", "nothing can go to this list")
    return to_list(policy, policy.purposes[purpose], list_id, topic, words)


def _batches(stack: Stack, ways: tuple[Wire, Trail], limit: int, end: float) -> Iterator[int]:
    """Take batch after batch: while one is on the wire, the next is decided and put behind it; then it is recorded."""
    left, out, before = limit, ways[0], _NOTHING
    try:
        while left > 0 and elapsed() < end:
            if not before.copies or out.short:
                before, ended = _NOTHING, before
                _ended(stack, ended)
                out.ready(_FEW if stack.queue is SINGLES else out.most)
            taken, copies, until, dot = _prepared(stack, ways, min(out.batch, BATCH, left))
            begun = Begun(copies, out.hand([copy.message for copy in copies], until, dot)) if copies else _NOTHING
            before, ended = begun, before
            _ended(stack, ended)
            begun.at = max(begun.at, ended.ended)
            out.batch = _sized(out.batch, ended)
            if not taken:
                return
            left -= taken
            yield taken
    finally:
        _ended(stack, before)


def _ended(stack: Stack, begun: Begun) -> None:
    """Wait until a batch is through, and record what became of it."""
    if begun.copies:
        _record(stack, list(zip(begun.copies, begun.outcomes.result(), strict=True)))


def _sized(size: int, through: Begun) -> int:
    """Give the size of the next batch: so many messages as the mail server takes in a moment."""
    took, count = through.ended - through.at, len(through.copies)
    if took <= 0 or (took <= _LONG and count * 2 <= size):
        return size
    return max(_LEAST, min(BATCH, size * 2, int(count * _LONG / took)))


def _prepared(
    stack: Stack, ways: tuple[Wire, Trail], limit: int
) -> tuple[int, list[Copy], float, Callable[[int], None]]:
    """Claim, lock, decide and mark one batch in a transaction.

    Gives how many rows, what may go, until when, and what is told of each dot. Nothing may go where a refusal was
    received meanwhile.
    """
    out, left = ways
    dot: Callable[[int], None] = _noted
    if stack.marketing and waiting():
        return 0, [], 0.0, dot
    try:
        with upkeep() as cursor:
            rows = _each_once(claim(cursor, stack.queue, stack.choice, limit))
            hold_still(cursor, (row.person for row in rows), (row.reach for row in rows))
            copies = _decide(cursor, stack, rows, eight_bit=out.eight_bit)
            until = lease(LEASE)
            if copies:
                dot = left.lay([(copy.row.key, copy.row.reach, copy.clearance.entry) for copy in copies])
                mark_sending(cursor, stack.queue, copies)
            _not_overtaken(stack)
    except _Overtaken:
        return 0, [], 0.0, dot
    return len(rows), copies, until, dot


def _noted(_: int) -> None:
    """Note nothing: no dot will begin."""


def _not_overtaken(stack: Stack) -> None:
    """Undo the batch if a refusal came in that is not applied yet; this is the last thing before it commits."""
    if stack.marketing and waiting():
        raise _Overtaken


def _each_once(rows: Sequence[Row]) -> list[Row]:
    """Keep one row of each person: a clearance is used once; the others wait for the next batch."""
    return list({row.person: row for row in reversed(rows)}.values())[::-1]


def _decide(cursor: CursorWrapper, stack: Stack, rows: Sequence[Row], *, eight_bit: bool) -> list[Copy]:
    """Ask the gate, now that nobody can be choosing; end what is denied or cannot be composed."""
    if not rows:
        return []
    form = stack.form
    mailboxes = {row.person: row.reach for row in rows} if stack.queue is SINGLES else None
    cleared = clear(form.request, [row.person for row in rows], form.list, mailboxes)
    allowed = {clearance.person: clearance for clearance in cleared.allowed}
    copies, denied, failed, moved = [], [], [], []
    new = untold(list(allowed)) if stack.marketing else {}
    picked = sift(form.request, form.segment, allowed).kept
    for row in rows:
        clearance = allowed.get(row.person)
        if clearance is None:
            decision = cleared.denied.get(row.person)
            denied.append((row, " ".join(sorted(decision.because)) if decision else ""))
        elif row.person not in picked:
            denied.append((row, _LEFT))
        elif not _here(row, clearance, form):
            moved.append((row, clearance))
        else:
            try:
                tells = tuple(new.get(row.person, ()))
                message = _message(stack, row, clearance, added(tells), eight_bit=eight_bit)
                copies.append(Copy(row, clearance, message, tells))
            except AvowError as error:
                failed.append((row, str(error)[:200]))
    mark_ended(cursor, stack.queue, DeliveryState.DENIED, denied, cleared.entry)
    mark_ended(cursor, stack.queue, DeliveryState.FAILED, failed, cleared.entry)
    mark_moved(cursor, stack.queue, moved, cleared.entry)
    return _paced(cursor, stack, copies)


def _paced(cursor: CursorWrapper, stack: Stack, copies: list[Copy]) -> list[Copy]:
    """Let those wait that are too many for their domain just now."""
    waits = put_off([copy.message.domain for copy in copies])
    mark_put_off(cursor, stack.queue, [(copy.row, wait) for copy, wait in zip(copies, waits, strict=True) if wait])
    return [copy for copy, wait in zip(copies, waits, strict=True) if not wait]


def _here(row: Row, clearance: Clearance, form: Form) -> bool:
    """Say whether the released address is in the mailbox that was locked, and for a single message the very one."""
    if not row.exact:
        return clearance.reach == row.reach
    return parse(address(clearance, form)).exact_id == row.exact


def _message(stack: Stack, row: Row, clearance: Clearance, words: str, *, eight_bit: bool) -> Message:
    if stack.form.list:
        plain = eight_bit and not stack.head.keys  # what is signed must not be recoded on its way
        return copy(clearance, stack.laid(eight_bit=plain), row.key, words)
    given = filled(row.given, row.person, row.reach)
    return compose(clearance, stack.form, stack.head, row.key, None, given, eight_bit=eight_bit)


def _record(stack: Stack, ended: Sequence[tuple[Copy, Outcome]]) -> None:
    """Record outcomes; when the database is away, try again for a while, for they stand nowhere else.

    Raises StoreError when it stays away; the rows then say `sending` and are settled as in doubt.
    """
    for attempt in range(_RECORD_TRIES):
        try:
            with upkeep() as cursor:
                mark_outcomes(cursor, stack.queue, ended, datetime.now(UTC), again=not stack.marketing)
        except (DatabaseError, InterfaceError) as error:
            if attempt + 1 == _RECORD_TRIES:
                raise StoreError(
                    f"what became of {len(ended)} messages could not be recorded: {error}",
                    "they will be told as in doubt once the database answers",
                ) from error
            connection.close()
            time.sleep(2.0**attempt / 4)
        else:
            return
