"""Keep who asks in a person's name, and the paper that this rests on, as evidence for two readers."""

import hashlib
from base64 import b64encode
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db.backends.utils import CursorWrapper

from avow.errors import RecordError
from avow.policy.proof.keeps import keeps
from avow.record.declare import keeping
from avow.record.petitions.followed import NAMED, NO, YES, follow
from avow.record.said.circle import still_there
from avow.terms import Actor, Promise

AGENT, PARENT, HEIR, CHILD, EMPLOYER = "agent", "parent", "heir", "child", "employer"
"""As what somebody asks who is not, or may not be, whom the data is about."""
MEDIA: Final = {b"%PDF-": "application/pdf", b"\x89PNG\r\n": "image/png", b"\xff\xd8\xff": "image/jpeg"}
"""The papers that are taken, by their first bytes: what can hold a macro or a page's script is none of them."""
MOST: Final = 900_000
"""Bytes that a paper has at most."""
_INSERT: Final = """
INSERT INTO mandate (person_id, id, kind, name, mailbox, media, document, digest, answer, at)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, '', %s) ON CONFLICT DO NOTHING
"""
_OF: Final = """
SELECT person_id, id, kind, name, mailbox, media, digest, attested, answer, at FROM mandate
"""
LEASE: Final = timedelta(minutes=2)
"""How long whoever begins to tell who asked has for it; nobody else begins meanwhile."""
DOUBT: Final = "it was being handed over, and nobody knows whether it arrived"
"""Why somebody is not told yet who may be."""
_BEGIN: Final = f"""
UPDATE mandate SET told = %s, untold = '{DOUBT}'
WHERE id = %s AND answer = '{YES}' AND untold <> '' AND (untold <> '{DOUBT}' OR told < %s)
"""
_NOTE: Final = f"UPDATE mandate SET told = %s, untold = %s WHERE id = %s AND (%s = '' OR answer = '{YES}')"
_ANSWER: Final = f"""
UPDATE mandate SET answer = %s, untold = CASE WHEN %s = '{NO}' THEN '' ELSE untold END WHERE person_id = %s AND id = %s
"""


@dataclass(frozen=True, slots=True)
class Mandate:
    """Who asks in a person's name: as what, their name and mailbox, the paper's kind and SHA-256, what came of it.

    `attested` is the digest of what two readers attested; `answer` the person's yes or no to them, "" before.
    """

    person: UUID
    petition: UUID
    kind: str
    name: str
    mailbox: str
    media: str
    digest: bytes
    attested: bytes | None
    answer: str
    at: datetime


def media(document: bytes) -> str:
    """Give what a paper is by its first bytes; "" for none.

    Raises RecordError for what is no PDF and no picture, or is longer than `MOST`.
    """
    if not document:
        return ""
    if len(document) > MOST:
        raise RecordError("the paper is larger than 900 kB", "scan it smaller, or its first page alone")
    for begin, found in MEDIA.items():
        if document.startswith(begin):
            return found
    raise RecordError("the paper is neither a PDF nor a picture", "scan it: nothing that can hold a macro is kept")


@keeps(Promise.ACCESS)
def mandate(person: UUID, petition: UUID, kind: str, name: str, mailbox: str, document: bytes, by: str) -> None:
    """Keep who asks by a petition in a person's name, with the paper, and who of the staff took that.

    Raises RecordError where the paper is none.
    """
    kept = {"kind": kind, "name": name, "mailbox": mailbox, "document": b64encode(document).decode()}
    with keeping() as cursor:
        if keep(cursor, person, petition, (kind, name, mailbox, document), datetime.now(UTC)):
            follow(cursor, person, petition, NAMED, by, kept)


def keep(cursor: CursorWrapper, person: UUID, petition: UUID, told: tuple[str, str, str, bytes], at: datetime) -> bool:
    """Keep who asks: as what, the name, the mailbox, the paper; say whether nobody was kept before."""
    *who, document = told
    row: list[Any] = [person, petition, *who, media(document), document, hashlib.sha256(document).digest(), at]
    cursor.execute(_INSERT, row)
    return bool(cursor.rowcount == 1)


def mandate_of(petition: UUID) -> Mandate | None:
    """Give who asks by a petition in somebody else's name; None where the person asks."""
    with keeping() as cursor:
        cursor.execute(f"{_OF} WHERE id = %s", [petition])
        row = cursor.fetchone()
    if row is None:
        return None
    person, key, kind, name, mailbox, media_, digest, attested, answer, at = row
    paper_ = media_, bytes(digest), bytes(attested) if attested else None
    return Mandate(person, key, kind, name, mailbox, *paper_, answer, at)


def paper(petition: UUID) -> bytes:
    """Give the paper that a mandate rests on."""
    with keeping() as cursor:
        cursor.execute("SELECT document FROM mandate WHERE id = %s", [petition])
        row = cursor.fetchone()
    return bytes(row[0]) if row else b""


def confirm(person: UUID, petition: UUID, answer: str) -> None:
    """Take a person's own yes or no to who asks in their name; raise RecordError where nobody does."""
    with keeping() as cursor:
        still_there(cursor, person)
        if not answered(cursor, person, petition, answer):
            raise RecordError("nobody asks that in this name", "look at the requests again")
        follow(cursor, person, petition, answer, Actor.PERSON_VERIFIED.value)


def answered(cursor: CursorWrapper, person: UUID, petition: UUID, answer: str) -> bool:
    """Keep what a person said to who asks in their name, who is told nothing after a no; say whether somebody asks."""
    cursor.execute(_ANSWER, [answer, answer, person, petition])
    return bool(cursor.rowcount == 1)


def note(petition: UUID, why: str) -> None:
    """Note that who asked was told what was answered, or why they could not be; after the person's no, only that."""
    with keeping() as cursor:
        cursor.execute(_NOTE, [None if why else datetime.now(UTC), why, petition, why])


def untold() -> list[tuple[UUID, str, str]]:
    """Give (petition, who asked, why) of each who could not be told what was answered."""
    with keeping() as cursor:
        cursor.execute("SELECT id, name, untold FROM mandate WHERE untold <> '' ORDER BY at, id")
        return [(key, name, why) for key, name, why in cursor.fetchall()]


def begin(petition: UUID) -> bool:
    """Begin to tell who asked what was answered; say whether they wait for it, with the person's yes, and nobody does.

    Until `note` says what came of it they are in doubt; after `LEASE` another may begin.
    """
    now = datetime.now(UTC)
    with keeping() as cursor:
        cursor.execute(_BEGIN, [now, petition, now - LEASE])
        return bool(cursor.rowcount == 1)


def checked(found: Mandate, digest: bytes) -> None:
    """Note what two readers attested of a paper."""
    with keeping() as cursor:
        cursor.execute("UPDATE mandate SET attested = %s WHERE id = %s", [digest, found.petition])
