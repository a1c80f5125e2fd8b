"""Send what waits: claim, lock, ask the gate, mark and commit, hand over under a lease, record what became of it."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db import DatabaseError, InterfaceError, connection
from django.db.backends.utils import CursorWrapper

from avow.errors import AvowError, MailError, StoreError
from avow.gate.clear import clear
from avow.gate.clearance import Clearance
from avow.mail.asked.filled import filled
from avow.mail.form.form import Form, single, to_list
from avow.mail.form.letterhead import Letterhead, check_marketing, letterhead
from avow.mail.links import links
from avow.mail.message import Message, address, compose
from avow.mail.queue.claim import claim, finish, give_up, kinds, mailings
from avow.mail.queue.mark import LEASE, Copy, mark_ended, mark_moved, mark_outcomes, mark_sending
from avow.mail.queue.rows import DELIVERIES, SINGLES, Queue, Row
from avow.mail.queue.settle import Doubt, expire, settled
from avow.mail.smtp.hand import Outcome
from avow.mail.smtp.wire import CONNECTIONS, Wire, lease, wire
from avow.policy.document import Policy
from avow.policy.proof.keeps import keeps
from avow.record.known.address import parse
from avow.record.shown.versions import in_force
from avow.record.upkeep import hold_still, upkeep
from avow.store.spool import waiting
from avow.terms import DeliveryState, MessageKind, Promise

__all__ = ["Doubt", "settled", "work"]

BATCH = 100
"""Messages that are decided together and then handed over within one lease."""
_RECORD_TRIES = 6


@dataclass(frozen=True, slots=True)
class Stack:
    """Messages of one form that wait: their table, which of its rows, the form, who writes."""

    queue: Queue
    choice: tuple[Any, ...]
    form: Form
    head: Letterhead
    marketing: bool


class _Overtaken(Exception):
    """A refusal was received that is not applied yet: nothing of this batch is begun."""


@keeps(Promise.OPTOUT)
def work(limit: int = 1000, tick: Callable[[int], None] = lambda _: None) -> int:
    """Send up to about `limit` messages that are due, single ones first; give how many were attempted or denied.

    Marketing waits while a refusal that was received is not applied yet. `tick` is told after each batch.
    Raises MailError if no mail server answers; what waits then keeps waiting.
    """
    expire()
    stacks = _stacks()
    done = 0
    if stacks:
        with wire() as out:
            for stack in stacks:
                while done < limit and (count := _batch(stack, out, min(BATCH, limit - done))):
                    done += count
                    tick(count)
    with upkeep() as cursor:
        finish(cursor)
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
    head = letterhead(policy)
    for words in found:
        choice = words[: 1 if queue is DELIVERIES else 2]
        try:
            made = form(policy, *words)
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


def _batch(stack: Stack, out: Wire, limit: int) -> int:
    """Take one batch through its two transactions; give how many rows were taken."""
    if stack.marketing and waiting():
        return 0
    out.ready(min(CONNECTIONS, limit))
    try:
        with upkeep() as cursor:
            rows = _each_once(claim(cursor, stack.queue, stack.choice, limit))
            hold_still(cursor, (row.person for row in rows), (row.reach for row in rows))
            copies = _decide(cursor, stack, rows, eight_bit=out.eight_bit)
            until = lease(LEASE)
            if copies:
                mark_sending(cursor, stack.queue, copies)
            _not_overtaken(stack)
    except _Overtaken:
        return 0
    if copies:
        outcomes = out.hand([copy.message for copy in copies], until)
        _record(stack, list(zip(copies, outcomes, strict=True)))
    return len(rows)


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
    for row in rows:
        clearance = allowed.get(row.person)
        if clearance is None:
            decision = cleared.denied.get(row.person)
            denied.append((row, " ".join(sorted(decision.because)) if decision else ""))
        elif not _here(row, clearance, form):
            moved.append((row, clearance))
        else:
            try:
                copies.append(Copy(row, clearance, _message(stack, row, clearance, eight_bit=eight_bit)))
            except AvowError as error:
                failed.append((row, str(error)[:200]))
    mark_ended(cursor, stack.queue, DeliveryState.DENIED, denied, cleared.entry)
    mark_ended(cursor, stack.queue, DeliveryState.FAILED, failed, cleared.entry)
    mark_moved(cursor, stack.queue, moved, cleared.entry)
    return copies


def _here(row: Row, clearance: Clearance, form: Form) -> bool:
    """Say whether the released address is in the mailbox that was locked, and for a single message the very one."""
    if not row.exact:
        return clearance.reach == row.reach
    return parse(address(clearance, form)).exact_id == row.exact


def _message(stack: Stack, row: Row, clearance: Clearance, *, eight_bit: bool) -> Message:
    list_id, mailbox = stack.form.list, stack.head.mailbox
    ways = links(row.person, row.reach, list_id, mailbox) if list_id else None
    given = filled(row.given, row.person, row.reach)
    return compose(clearance, stack.form, stack.head, row.key, ways, given, eight_bit=eight_bit)


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
