"""Take a no: write it down, wait until nothing is under way, say so; where the store is gone, keep it all the same."""

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

import psycopg
from django.db import connection, transaction
from django.db.utils import DatabaseError, InterfaceError

from avow.errors import CollectionError, RecordError, StoreError
from avow.mail.queue.mark import LEASE
from avow.mail.queue.settle import settled
from avow.policy.proof.keeps import keeps
from avow.record.journal.journal import journalled
from avow.record.said.choices import Chosen, Said, choose_wide
from avow.record.upkeep import upkeep
from avow.store.beside import mend_beside
from avow.store.server.deadline import deadline
from avow.store.server.prepared import often
from avow.store.spool import drain, put
from avow.terms import Actor, Answer, Promise, Scope

_SOON = "SET LOCAL lock_timeout = '3s'"
"""Longer than this nobody waits for a lock before a no is spooled."""
_PATIENCE = 5.0
"""Seconds after which a store that does not answer, though it is there, counts as gone."""
_AWAY = (DatabaseError, InterfaceError, psycopg.Error)
_ALL_MARKETING = Chosen(Answer.NO, scope=Scope.MARKETING)


@dataclass(frozen=True, slots=True)
class Taken:
    """A no that was taken: its number (None while it waits in the spool), and whether a message was in doubt."""

    number: int | None
    doubt: bool = False


@keeps(Promise.OPTOUT)
@often()
def stop(
    chosen: Sequence[Chosen],
    evidence: str,
    person: UUID | None = None,
    reach: bytes | None = None,
    actor: Actor = Actor.PERSON_UNVERIFIED,
) -> Taken:
    """Take a no of whoever says it; it holds when this returns, or is on the disk, to hold before any mailing begins.

    It stands in the journal too when this returns, so that no older copy of the store can undo it; where the
    journal's disk does not take it, it is taken all the same, and the journal lags. It is spooled where the store is
    gone or frozen, takes no writes, or is busy with the same people for longer than somebody waits. Either way
    nothing that was under way to anybody it holds for is still under way.
    """
    try:
        with deadline(_PATIENCE):
            said = _choose(chosen, actor, evidence, person, reach, _soon)
    except (*_AWAY, StoreError):
        connection.close()
        for one in chosen:
            put(_written(one, actor, evidence, person, reach))
        mend_beside(apply_kept)
        time.sleep(LEASE)
        return Taken(None)
    with deadline(_PATIENCE):
        journalled()
    return Taken(said.no, doubt=_doubt(said))


def _doubt(said: Said) -> bool:
    """Wait until nothing is under way to anybody it holds for, and say whether something may have been."""
    try:
        with deadline(2 * _PATIENCE):
            return bool(settled(said.persons, said.reaches))
    except _AWAY:
        connection.close()
        time.sleep(LEASE)
        return True


def _soon(chosen: Sequence[Chosen], actor: Actor, evidence: str, person: UUID | None, reach: bytes | None) -> Said:
    """Write it in one transaction, in which nobody is waited for long."""
    with transaction.atomic() if connection.in_atomic_block else nullcontext(), upkeep() as cursor:
        cursor.execute(_SOON)
        return choose_wide(chosen, actor, evidence, person, reach)


def _choose(
    chosen: Sequence[Chosen],
    actor: Actor,
    evidence: str,
    person: UUID | None,
    reach: bytes | None,
    write: Callable[..., Said] = choose_wide,
) -> Said:
    """Write it for the person and the mailbox; for the mailbox alone where the person was forgotten since.

    What is no more, such as a list that was closed, is refused as all marketing.
    """
    try:
        return write(chosen, actor, evidence, person, reach)
    except CollectionError:
        wider = [one if one.scope is not None else _ALL_MARKETING for one in chosen]
        return write(list(dict.fromkeys(wider)), actor, evidence, person, reach)
    except RecordError:
        if person is None or reach is None:
            raise
        return _choose(chosen, Actor.PERSON_UNVERIFIED, evidence, None, reach, write)


def apply_kept() -> int:
    """Apply the refusals that were kept while the store was gone, oldest first, and give how many."""
    applied = drain(apply)
    if applied:
        journalled()
    return applied


def apply(refusal: Mapping[str, str | int | None]) -> None:
    """Apply one refusal that was kept while the store was gone; once more changes nothing."""
    scope, person, reach = refusal["scope"], refusal["person"], refusal["reach"]
    topic, list_id, purpose = (_text(refusal.get(name)) for name in ("topic", "list", "purpose"))
    chosen = Chosen(Answer.NO, None if scope is None else Scope(int(scope)), topic, list_id, purpose)
    _choose(
        [chosen],
        Actor(_text(refusal.get("actor")) or Actor.PERSON_UNVERIFIED.value),
        f"{refusal['evidence']}, received {refusal['at']}",
        UUID(str(person)) if person else None,
        bytes.fromhex(str(reach)) if reach else None,
    )


def _text(value: str | int | None) -> str | None:
    return None if value is None else str(value)


def _written(
    chosen: Chosen, actor: Actor, evidence: str, person: UUID | None, reach: bytes | None
) -> dict[str, str | int | None]:
    """Write a refusal down as the spool keeps it."""
    return {
        "scope": None if chosen.scope is None else int(chosen.scope),
        "topic": chosen.topic,
        "list": chosen.list,
        "purpose": chosen.purpose,
        "actor": actor.value,
        "evidence": evidence,
        "person": person.hex if person else None,
        "reach": reach.hex() if reach else None,
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
    }
