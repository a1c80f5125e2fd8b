"""Test that columns cross as they are, and that rows come back so."""

from uuid import UUID

import pytest
from django.db import DatabaseError, connection, transaction

from avow.record.key import new_key
from avow.record.mask import from_bits, to_bits, unpacked
from avow.store.server.columns import bigints, byteas, columnar, texts, uuids

pytestmark = pytest.mark.usefixtures("store")


@pytest.mark.parametrize("count", [0, 1, 700])
def test_columns_cross_as_they_are(count: int) -> None:
    """Ids, bytes, texts and numbers, some of them null: each row comes back as it went."""
    keys: list[UUID] = [new_key() for _ in range(count)]
    blobs = [None if n % 5 == 2 else bytes([n % 256]) * (n % 40) for n in range(count)]
    words = [None if n % 7 == 3 else "é'\\" * (n % 9) for n in range(count)]
    numbers = [None if n % 3 == 1 else (-1) ** n * n << 40 for n in range(count)]
    with transaction.atomic(), connection.cursor() as cursor, columnar(cursor) as asking:
        rows = asking.ask(
            "SELECT a, b, c, d FROM unnest(%s, %s, %s, %s) WITH ORDINALITY AS t(a, b, c, d, n) ORDER BY n",
            [uuids(keys), byteas(blobs), texts(words), bigints(numbers)],
        )
    assert rows == list(zip(keys, blobs, words, numbers, strict=True))


def test_a_mask_comes_back_as_it_went() -> None:
    """PostgreSQL's bit string of 256 reads as the number that it is."""
    for mask in (0, 1, 1 << 255, (1 << 256) - 1, 0b1011 << 100):
        with transaction.atomic(), connection.cursor() as cursor, columnar(cursor) as asking:
            ((word,),) = asking.ask("SELECT %s::bit(256)", [to_bits(mask)])
        assert unpacked(word) == mask == from_bits(to_bits(mask))


def test_errors_are_those_of_the_framework() -> None:
    """Whoever catches what Django raises catches this too."""
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor, columnar(cursor) as asking:
        asking.ask("SELECT nothing FROM nowhere", [])
