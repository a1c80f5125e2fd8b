"""Make the copies of a mailing, a page of its audience at a time, without unpacking it."""

from typing import Final
from uuid import UUID

from django.db.backends.utils import CursorWrapper

from avow.gate.paged.page import Page
from avow.store.server.columns import columnar

_INSERT: Final = """
INSERT INTO delivery (mailing_id, reach, person_id, state, due, attempts, because, message_id, outcome)
SELECT %s, reach, person, 'waiting', statement_timestamp(), 0, '', '', '' FROM (
    SELECT encode(substring(packed FROM at + 1 FOR 16), 'hex')::uuid AS person,
        substring(packed FROM at + 17 FOR 32) AS reach
    FROM (SELECT %s::bytea) AS page (packed), generate_series(0, %s - 1, 48) AS at
) AS unpacked WHERE reach <> decode(repeat('00', 32), 'hex') ORDER BY reach ON CONFLICT DO NOTHING
"""
"""Rows come in the order of their key, so that neighbours in its index are written together."""


def fill(cursor: CursorWrapper, mailing: UUID, page: Page) -> None:
    """Write a copy for each mailbox of a page that has none of this mailing yet; who has no mailbox gets none."""
    with columnar(cursor) as asking:
        asking.tell(_INSERT, [mailing, page.packed, len(page.packed)])
