"""Know who attests: a name, and a secret that proves it once."""

import hashlib
import hmac
import secrets
from datetime import UTC, datetime, timedelta
from typing import Final

from avow.errors import RecordError
from avow.record.declare import keeping
from avow.store.keys import key

FRESH: Final = timedelta(days=1)
"""How long a secret can be used."""
_SHORTEST: Final = 2
_MAKE: Final = """
INSERT INTO attester (name, hash, at) VALUES (%s, %s, %s)
ON CONFLICT (name) DO UPDATE SET hash = excluded.hash, at = excluded.at, used = NULL
"""
_USE: Final = """
UPDATE attester SET used = %s WHERE name = %s AND hash = %s AND used IS NULL AND at > %s RETURNING name
"""


def new_secret(name: str) -> str:
    """Make a one-time secret for a member of staff, and give it; an earlier one is dead. Only its hash is stored."""
    name, secret = _name(name), secrets.token_urlsafe(15)
    with keeping() as cursor:
        cursor.execute(_MAKE, [name, _hash(name, secret), datetime.now(UTC)])
    return secret


def attester(name: str, secret: str) -> str:
    """Give the id of the member of staff whom name and secret prove; the secret is used up.

    Raises RecordError if they prove nobody; the answer does not tell which of the two is wrong.
    """
    name, now = _name(name), datetime.now(UTC)
    with keeping() as cursor:
        cursor.execute(_USE, [now, name, _hash(name, secret.strip()), now - FRESH])
        row = cursor.fetchone()
    if row is None:
        raise RecordError("this name and secret prove nobody", "ask for a new one: `avow people attester NAME`")
    return str(row[0])


def _name(name: str) -> str:
    """Give a name in its one spelling, so that nobody is two people."""
    found = " ".join(name.casefold().split())
    if len(found) < _SHORTEST or not found.isprintable():
        raise RecordError(f"{name!r} is no name", "give the name of a member of staff")
    return found


def _hash(name: str, secret: str) -> bytes:
    return hmac.digest(key("token"), f"attester\0{name}\0{secret}".encode(), hashlib.sha256)
