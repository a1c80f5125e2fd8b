"""Find the people of this store whom the journal names by digests."""

from collections.abc import Collection, Mapping
from typing import Final
from uuid import UUID

from avow.record.declare import keeping
from avow.record.journal.whose import whose

_PAGE: Final = 50_000


def known(digests: Collection[str]) -> Mapping[str, UUID]:
    """Give the person of each digest that is anybody's here."""
    found: dict[str, UUID] = {}
    last = UUID(int=0)
    with keeping() as cursor:
        while True:
            cursor.execute("SELECT id FROM person WHERE id > %s ORDER BY id LIMIT %s", [last, _PAGE])
            rows = cursor.fetchall()
            if not rows:
                return found
            for (person,) in rows:
                digest = whose(person).hex()
                if digest in digests:
                    found[digest] = person
            last = rows[-1][0]


def entries(ids: Collection[int]) -> frozenset[int]:
    """Give those of some entries that this store has."""
    with keeping() as cursor:
        cursor.execute("SELECT id FROM entry WHERE id = ANY(%s)", [list(ids)])
        return frozenset(int(row[0]) for row in cursor.fetchall())
