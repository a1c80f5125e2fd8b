"""Say what the ledger commits to of an item, so that it can be opened without telling its fields."""

from collections.abc import Sequence
from hashlib import sha256
from typing import Final

from avow.ledger.commitment import canonical

OUTER: Final = b"avow/outer"
"""What is hashed before an item's salt to make the salt that may be told."""


def outer(salt: bytes) -> bytes:
    """Give the salt of the commitment, one way from the item's own: whoever knows it cannot try fields (32 bytes)."""
    return sha256(OUTER + salt).digest()


def inner(salt: bytes, fields: object) -> bytes:
    """Give the digest of the fields under the item's own salt, which is never told (32 bytes)."""
    return sha256(salt + canonical(fields)).digest()


def item_record(salt: bytes, row: Sequence[object]) -> object:
    """Give what the ledger commits to of an item, under the salt that `outer` gives.

    The row holds person, id, category, stamp, at, event, reach, fields and the mask stated; of the fields it
    commits to their digest.
    """
    *told, fields, stated = row
    return ["item", *told, inner(salt, fields), stated]
