"""Lay down who was sent which offer in a period, for counts in which nobody is named."""

from datetime import datetime
from typing import Final

from avow.mail.mailing import subject
from avow.record.upkeep import upkeep
from avow.terms import MessageKind

_OFFERS: Final = (MessageKind.MARKETING_OFFER.value, MessageKind.MARKETING_UPDATE.value)
_BEGUN: Final = "SELECT id, words FROM mailing WHERE kind = ANY(%s) AND begun >= %s AND begun < %s ORDER BY begun, id"
_OFFERED: Final = """
CREATE TEMPORARY TABLE insight_offer ON COMMIT DROP AS
SELECT d.person_id AS person, d.mailing_id AS offer, o.name, min(d.ended) AS at
FROM delivery d JOIN unnest(%s::uuid[], %s::text[]) AS o (id, name) ON o.id = d.mailing_id
WHERE d.state = 'sent' AND d.outcome NOT LIKE 'came back%%' AND d.ended < %s GROUP BY 1, 2, 3
"""


def offered(begin: datetime, end: datetime, until: datetime) -> None:
    """Lay down in the temporary table `insight_offer` who was sent the offers begun in a period, by an instant.

    It ends with the transaction, which must be open.
    """
    with upkeep() as cursor:
        cursor.execute(_BEGUN, [list(_OFFERS), begin, end])
        found = [(key, subject(words)) for key, words in cursor.fetchall()]
        cursor.execute(_OFFERED, [[key for key, _ in found], [name for _, name in found], until])
