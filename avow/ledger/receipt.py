"""Make the receipt of one row: its opened commitment, with the proof that its entry is in the tree that was signed."""

from dataclasses import replace

from django.db import connection

from avow.ledger.entry import split
from avow.ledger.hashes import proof_of
from avow.ledger.merkle.proof import Proof
from avow.ledger.opened.receipt import open_row

_ENTRY = """
SELECT data, covers, coalesce(index < (SELECT max(size) FROM checkpoint), false)
FROM entry LEFT JOIN leaf ON entry_id = id WHERE id = %s
"""


def receipt(entry: int, pos: int, salt: bytes, record: object, inside: bytes = b"") -> Proof | None:
    """Give the receipt of a row that an entry covers; None while the entry waits for its place.

    `inside` opens the digest of fields that the record holds, to whom they are about.

    Raises LedgerError if the row is not the one that was committed to.
    """
    with connection.cursor() as cursor:
        cursor.execute(_ENTRY, [entry])
        row = cursor.fetchone()
    data, covers, placed = row or (b"", b"", False)
    opened = open_row(bytes(data), split(bytes(covers)), pos, salt, record, inside)
    return replace(proof_of(entry), extra=opened.extra) if placed else None
