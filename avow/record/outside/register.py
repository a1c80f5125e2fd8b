"""Keep the register of what was given outside: who, what, when, why, under which clause; tell people of theirs."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from avow.decision.request import Request
from avow.ledger.append import append
from avow.ledger.commitment import commit, new_salt
from avow.record.declare import keeping
from avow.record.key import NOBODY
from avow.terms import EntryKind, RecipientClass

_COLUMNS: Final = "id, recipient, whom, purpose, asked, clause, version, why, by, attested, people, reasons, digest, at"
_INSERT: Final = f"""
INSERT INTO disclosure ({_COLUMNS}, salt, entry, pos)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, 0)
"""
_ALL: Final = f"SELECT {_COLUMNS}, entry FROM disclosure ORDER BY at DESC, id LIMIT %s"
_OF: Final = """
SELECT g.at, g.recipient, coalesce(o.title, l.authority), coalesce(o.does, l.docket), g.purpose, d.categories, g.clause,
    g.version, r.at, r.acknowledged, d.id
FROM disclosed d JOIN disclosure g ON g.id = d.disclosure
LEFT JOIN outside o ON g.recipient = %s AND o.id = g.whom LEFT JOIN recall r ON r.id = d.recall
LEFT JOIN legal_order l ON g.recipient = %s AND l.id::text = g.whom
WHERE d.person_id = %s AND (l.id IS NULL OR l.gag IS NULL OR l.gag <= clock_timestamp())
ORDER BY g.at DESC, d.id
"""
"""What an order of the law forbids to be told stays untold as long as it does."""

_TOLD_OF: Final = """
SELECT d.person_id FROM disclosed d JOIN disclosure g ON g.id = d.disclosure
WHERE g.recipient = %s AND g.whom = %s AND d.person_id <> %s ORDER BY 1
"""


@dataclass(frozen=True, slots=True)
class Disclosure:
    """A line of the register; `asked` is the use that was decided, `reasons` how many were left out for which reason.

    `whom` is the organization, or the order of the law; `attested` what two members of staff attested; `digest` the
    file's SHA-256.
    """

    id: UUID
    recipient: RecipientClass
    whom: str
    purpose: str
    asked: Mapping[str, Any]
    clause: tuple[str, ...]
    version: str
    why: str
    by: str
    attested: bytes
    people: int
    reasons: Mapping[str, int]
    digest: bytes
    at: datetime
    entry: int = 0


@dataclass(frozen=True, slots=True)
class Given:
    """That data of one person went outside: when, to whom, for what; whether it was called back, and acknowledged."""

    at: datetime
    recipient: RecipientClass
    to: str
    what: str
    purpose: str
    categories: tuple[str, ...]
    clause: tuple[str, ...]
    version: str
    recalled: datetime | None
    acknowledged: datetime | None
    id: UUID


def enter(found: Disclosure) -> int:
    """Write a line into the register, and give the entry that covers it."""
    salt, row = new_salt(), _row(found)
    with keeping() as cursor:
        entry = append(EntryKind.DISCLOSED, found.at, [commit(salt, disclosure_record(row))])
        cursor.execute(_INSERT, [*row, salt, entry])
    return entry


def register(most: int = 200) -> list[Disclosure]:
    """Give the lines of the register, the latest first."""
    with keeping() as cursor:
        cursor.execute(_ALL, [most])
        return [_read(*row) for row in cursor.fetchall()]


def given_of(person: UUID) -> list[Given]:
    """Give to whom data of a person went, the latest first; what the law forbids to be told is not among it yet."""
    with keeping() as cursor:
        cursor.execute(_OF, [RecipientClass.OUTSIDE.value, RecipientClass.AUTHORITY.value, person])
        return [
            Given(at, RecipientClass(to), who, what, purpose, _words(data), _words(clause), version, *rest)
            for at, to, who, what, purpose, data, clause, version, *rest in cursor.fetchall()
        ]


def told(request: Request) -> dict[str, object]:
    """Give a use as the register and the export tell it."""
    return {
        "purpose": request.purpose,
        "recipient": request.recipient.value,
        "topic": request.topic,
        "categories": sorted(request.categories),
    }


def told_of(order: UUID) -> list[UUID]:
    """Give the people who were in the file of an order of the law and are not forgotten."""
    with keeping() as cursor:
        cursor.execute(_TOLD_OF, [RecipientClass.AUTHORITY.value, str(order), NOBODY])
        return [row[0] for row in cursor.fetchall()]


def disclosure_record(row: Sequence[object]) -> object:
    """Give what the ledger commits to of a line of the register: all that stands in it, in the order of its columns."""
    return ["disclosure", *row]


def _row(found: Disclosure) -> tuple[Any, ...]:
    return (
        found.id,
        found.recipient.value,
        found.whom,
        found.purpose,
        json.dumps(dict(found.asked), sort_keys=True),
        " ".join(found.clause),
        found.version,
        found.why,
        found.by,
        found.attested,
        found.people,
        json.dumps(dict(found.reasons), sort_keys=True),
        found.digest,
        found.at,
    )


def _read(*row: Any) -> Disclosure:
    id_, recipient, whom, purpose, asked, clause, version, why, by, attested, people, reasons, digest, at, entry = row
    told = purpose, json.loads(asked), _words(clause), version, why, by, bytes(attested)
    return Disclosure(
        id_, RecipientClass(recipient), whom, *told, people, json.loads(reasons), bytes(digest), at, entry
    )


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())
