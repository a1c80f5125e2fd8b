"""Know the keys of the checkpoints, and give a new one in the place of the old."""

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from avow.errors import KeyMissing, LedgerError
from avow.ledger.merkle.note import Signer
from avow.ledger.merkle.ring import Ring, hand_over, handed_over
from avow.store.keys import draw, fingerprint_of, following, key, take_up

LOCK = 0x61766F77
"""Number of the advisory lock of whoever signs."""
_NOTE = "SELECT note FROM rotation ORDER BY after DESC LIMIT 1"
_LAST = "SELECT size, note FROM checkpoint ORDER BY size DESC LIMIT 1"


def seed() -> bytes:
    """Give the secret of the key that signs now (32 bytes)."""
    ring()
    return key("ledger")


def public() -> bytes:
    """Give the public key of the secret that is at hand (32 bytes)."""
    return Signer("ledger", key("ledger")).verifier.public


def ring() -> Ring:
    """Give every key that signed a checkpoint; raise KeyMissing if the secret at hand is not the newest's.

    A process that has the old secret at hand takes up the new one; so does one after a rotation that was cut short.
    """
    note = rotation()
    if note is None:
        return Ring((public(),))
    found = _opened(note, public())
    if found is None:
        key.cache_clear()
        found = _opened(note, public())
    fresh = following("ledger")
    if found is None and fresh and _opened(note, Signer("ledger", fresh).verifier.public):
        take_up("ledger")
        found = _opened(note, public())
    if found is None:
        raise KeyMissing(
            "the key ledger is not the one that signs the checkpoints now",
            "restore AVOW_DATA/keys from the newest backup",
        )
    return found


def _opened(note: str, at_hand: bytes) -> Ring | None:
    """Give the keys that a list names, if the key at hand signed it and is the newest: the one before signed it too."""
    try:
        _, found = handed_over(note, at_hand)
    except LedgerError:
        return None
    return found if found.keys[-1] == at_hand else None


def rotation() -> str | None:
    """Give the newest list of keys, a note that the last two signed; None if there was one key ever."""
    with connection.cursor() as cursor:
        cursor.execute(_NOTE)
        row = cursor.fetchone()
    return str(row[0]) if row else None


def named() -> str | None:
    """Give the name of the log, which its first checkpoint gave it; None before that."""
    with connection.cursor() as cursor:
        cursor.execute(_LAST)
        row = cursor.fetchone()
    return str(row[1]).partition("\n")[0] if row else None


def rotate() -> Ring:
    """Let a new key sign every checkpoint from the next one on, and give the keys.

    The old secret is destroyed, the old public key stays in the list. What is killed leaves the state before or
    after. Raises LedgerError where the newest key signed nothing yet.
    """
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        alone(cursor)
        old = ring()
        cursor.execute(_LAST)
        row = cursor.fetchone()
        end = int(row[0]) if row else 0
        if row is None or (old.ends and end <= old.ends[-1]):
            raise LedgerError("the key that signs now has signed nothing yet", "rotate it when it has")
        origin, fresh = str(row[1]).partition("\n")[0], draw("ledger")
        new = old.follow(Signer(origin, fresh).verifier.public, end)
        note = hand_over(new, origin, key("ledger"), fresh)
        cursor.execute("INSERT INTO rotation (after, note) VALUES (%s, %s)", [end, note])
        cursor.execute("SELECT print_ledger_key(%s)", [fingerprint_of(fresh)])
    take_up("ledger")
    return new


def alone(cursor: CursorWrapper) -> None:
    """Wait until no other transaction signs, and let none until this one ends."""
    cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
