"""Say what the ledger commits to of an item, so that it can be opened without telling its fields."""

from collections.abc import Sequence

from avow.ledger.commitment import inner


def item_record(salt: bytes, row: Sequence[object]) -> object:
    """Give what the ledger commits to of an item, under the salt that `outer` gives.

    The row holds person, id, category, stamp, at, event, reach, fields and the mask stated; of the fields it
    commits to their digest.
    """
    *told, fields, stated = row
    return ["item", *told, inner(salt, fields), stated]
