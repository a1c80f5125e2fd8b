"""Name a person in the journal by a keyed digest, which tells of nobody once the person's id is gone."""

import hashlib
import hmac
from collections.abc import Sequence
from uuid import UUID

from django.db.backends.utils import CursorWrapper

from avow.store.keys import key


def whose(person: UUID) -> bytes:
    """Give the digest of a person (32 bytes)."""
    return hmac.digest(key("reach"), b"journal\0" + person.bytes, hashlib.sha256)


def owe(cursor: CursorWrapper, entry: int, persons: Sequence[UUID]) -> None:
    """Note whom an entry is about, for the journal, where no row will say so; in the entry's transaction."""
    told = b"".join(whose(person) for person in persons)
    cursor.execute("UPDATE unwritten SET whose = %s WHERE entry = %s", [told, entry])


def owe_end(cursor: CursorWrapper, entry: int, token: UUID) -> None:
    """Note which token an entry ended, for the journal; in the entry's transaction."""
    cursor.execute("UPDATE unwritten SET whose = %s WHERE entry = %s", [token.bytes, entry])
