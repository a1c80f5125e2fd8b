"""Keep pictures under the hash of their bytes, and find those that a message shows."""

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from django.db import connection

from avow.errors import MailError
from avow.mail.links import host
from avow.mail.pictured.carried import SHOWN, Picture
from avow.mail.pictured.clean import clean
from avow.record.upkeep import upkeep

TOGETHER: Final = 300_000
"""Bytes of all pictures of a message."""
_INSERT: Final = """
INSERT INTO picture (id, type, data, width, height, at, staff) VALUES (%s, %s, %s, %s, %s, %s, %s)
ON CONFLICT DO NOTHING
"""


def keep_picture(data: bytes, by: UUID | None = None) -> Picture:
    """Keep a picture as it can be sent, once however often it is given; raise MailError for what is none."""
    made = clean(data)
    name = hashlib.sha256(made.data).hexdigest()[:32]
    with upkeep() as cursor:
        cursor.execute(_INSERT, [name, made.type, made.data, made.width, made.height, datetime.now(UTC), by])
    return Picture(name, made.type, made.data, made.width, made.height, host())


def picture(name: str) -> Picture:
    """Give a picture; raise MailError if there is none."""
    found = _found([name])
    if not found:
        raise MailError(f"there is no picture {name[:40]!r}", "put it in on the desk, where the message is written")
    return found[name]


def pictures(words: str) -> Mapping[str, Picture]:
    """Give the pictures that a message's words name; raise MailError for one that is not there, or for too many."""
    names = list(dict.fromkeys(SHOWN.findall(words)))
    found = _found(names) if names else {}
    for name in names:
        if name not in found:
            picture(name)
    size = sum(len(one.data) for one in found.values())
    if size > TOGETHER:
        raise MailError(
            f"the pictures have {size:,} bytes together; each copy carries them, and {TOGETHER:,} are the most",
            "take one out, or link to it",
        )
    return {name: found[name] for name in names}


def _found(names: list[str]) -> dict[str, Picture]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, type, data, width, height FROM picture WHERE id = ANY(%s)", [names])
        return {row[0]: Picture(row[0], row[1], bytes(row[2]), row[3], row[4], host()) for row in cursor.fetchall()}
