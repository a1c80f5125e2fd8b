"""Open a transaction for keeping or for one use: the role and the words that the row guard reads."""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from avow.policy.proof.keeps import keeps
from avow.record.mask import to_bits
from avow.store.journal.head import head, not_behind
from avow.store.server.prepared import cursor, prepared
from avow.terms import Promise

_DECLARE = (
    "SELECT (SELECT size FROM public.checkpoint ORDER BY size DESC LIMIT 1),"
    " set_config('avow.use', %s, true), set_config('avow.scopes', %s, true),"
    " set_config('avow.version', %s, true), set_config('avow.agreement', %s, true), set_config('role', %s, true)"
)
_Words = tuple[str, str, str, str, str]
_NOTHING: _Words = ("", "", "", "", "none")
_declared: ContextVar[_Words] = ContextVar("declared", default=_NOTHING)


@contextmanager
def keeping() -> Iterator[CursorWrapper]:
    """Run (part of) a transaction as the keeping role: every row, no field of an item."""
    with _as(("", "", "", "", "avow_keep")) as cursor:
        yield cursor


@keeps(Promise.INSIGHT_KINDS)
@contextmanager
def telling() -> Iterator[CursorWrapper]:
    """Run (part of) a transaction as the role of insight: what was told of kinds, and no row about anybody."""
    with _as(("", "", "", "", "avow_insight")) as cursor:
        yield cursor


@keeps(Promise.CONFIDENTIAL, Promise.PROCESSORS_BOUND)
@contextmanager
def using(use: int, scopes: int, version: str, agreement: str | None = None) -> Iterator[CursorWrapper]:
    """Run (part of) a transaction as the using role: the fields of rows that the use permits and no scope refuses.

    `use` and `scopes` are masks of 256 bits; `version` must be in force, or no row is seen. With an `agreement` (its
    id) it is the processors' role, which sees of that what the agreement names, and nothing where it is not in force.
    Raises StoreError if the store is older than what it published: refusals that came since may be missing in it.
    """
    role = "avow_use" if agreement is None else "avow_processor"
    with _as((to_bits(use), to_bits(scopes), version, agreement or "", role)) as cursor:
        yield cursor


@contextmanager
def _as(words: _Words) -> Iterator[CursorWrapper]:
    """Declare for a transaction (one round trip), or for a part of the one that runs, and put back what was declared.

    Nothing is put back where the transaction ends here: what is declared ends with it. A part that declares
    nothing new has no savepoint: if it fails, the whole transaction does.
    """
    nested = connection.in_atomic_block
    before = _declared.get() if nested else _NOTHING
    if words == before:
        with transaction.atomic(savepoint=not nested), cursor() as found:
            yield found
        return
    with transaction.atomic(), cursor() as found:
        known = head() if words[0] else None
        size = _declare(words, begin=not nested)
        if known:
            not_behind(size, known)
        token = _declared.set(words)
        try:
            yield found
        finally:
            _declared.reset(token)
        if nested:
            _declare(before, begin=False)


def _declare(words: _Words, *, begin: bool) -> int | None:
    """Declare, and give what was published; a transaction that begins here is begun in the same round trip."""
    with prepared() as asking:
        with connection.connection.pipeline() if begin else nullcontext():
            asking.execute(_DECLARE, words)
        row = asking.fetchone()
    return row[0] if row else None
