"""Prove who holds an address: one-time codes, confirmed addresses, whose an address is."""

import hashlib
import hmac
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

from avow.errors import RecordError, TokenError
from avow.ledger.append import append
from avow.ledger.commitment import commit, new_salt
from avow.record.declare import keeping
from avow.record.journal.whose import owe, whose
from avow.record.key import new_key
from avow.record.known.address import Address
from avow.record.known.attach import attach
from avow.record.mask import to_bits
from avow.record.pinned.aside import settle
from avow.record.said.circle import linked, narrow
from avow.record.said.confirm import confirm
from avow.store.journal.people import put
from avow.store.keys import key
from avow.terms import ChannelKind, EntryKind, Scope

DIGITS: Final = 8
"""Digits of a code: with the tries below, one guess in twenty million succeeds."""
TRIES: Final = 5
"""Guesses at one code before it is dead."""
_STALE: Final = "ask for a new one"
_PROVE_ITEMS: Final = """
UPDATE item SET refused = refused & ~ %s::bit(256) WHERE person_id = %s AND reach_id = %s AND NOT EXISTS (
    SELECT 1 FROM address WHERE person_id = %s AND reach_id = %s AND verified IS NULL AND ended IS NULL)
"""
_ADDRESSES: Final = """
SELECT encode(exact, 'hex'), encode(reach_id, 'hex'), at::text, verified::text, ended::text FROM address
WHERE person_id = %s ORDER BY at, exact
"""

_CAME: Final = """
SELECT person_id, exact, verified IS NOT NULL, EXISTS (SELECT FROM item i JOIN stamp s ON s.id = i.stamp_id
    WHERE i.person_id = a.person_id AND s.channel <> %s) AS came FROM address a
"""
_ORDER: Final = "AND ended IS NULL ORDER BY verified IS NULL, came DESC, at DESC, person_id DESC"
_PERSONS_AT: Final = f"{_CAME} WHERE exact = %s {_ORDER}"
_ON_FILE: Final = f"{_CAME} WHERE reach_id = %s {_ORDER}"


@dataclass(frozen=True, slots=True)
class OnFile:
    """An address that somebody holds: the person, its exact id, whether it is proven, and whether they came by it.

    Who is there only because somebody else wanted to change to this address did not come by it.
    """

    person: UUID
    exact: bytes
    proven: bool
    came: bool


def new_code(person: UUID, exact: bytes, act: str, within: timedelta) -> tuple[UUID, str]:
    """Make a code for one act of a person at an address (HMAC of its exact key), and give its id and its digits.

    An earlier code for the same act is dead. Only the HMAC of the digits is stored.
    """
    code, digits, now = new_key(), f"{secrets.randbelow(10**DIGITS):0{DIGITS}}", datetime.now(UTC)
    with keeping() as cursor:
        cursor.execute("DELETE FROM code WHERE person_id = %s AND (act = %s OR expires < %s)", [person, act, now])
        cursor.execute(
            "INSERT INTO code (person_id, id, exact, hash, act, at, expires, tries) "
            "VALUES (%s, %s, %s, %s, %s, %s, %s, 0)",
            [person, code, exact, _hash(code, digits), act, now, now + within],
        )
    return code, digits


def use_code(code: UUID, digits: str, act: str) -> tuple[UUID, bytes]:
    """Use a code once, and give whose it is and at which address (HMAC of its exact key).

    Raises TokenError if the digits are wrong, or if it is used, too old, guessed at too often, or for another
    act; the answer does not tell which. A wrong guess counts even where the caller's transaction fails later.
    """
    with keeping() as cursor:
        cursor.execute(
            "UPDATE code SET tries = tries + 1 WHERE id = %s AND act = %s AND used IS NULL"
            " AND expires > %s AND tries < %s RETURNING person_id, exact, hash",
            [code, act, datetime.now(UTC), TRIES],
        )
        row = cursor.fetchone()
        right = row is not None and hmac.compare_digest(bytes(row[2]), _hash(code, digits.replace(" ", "")))
        if right:
            cursor.execute(
                "UPDATE code SET used = %s WHERE person_id = %s AND id = %s", [datetime.now(UTC), row[0], code]
            )
    if row is None or not right:
        raise TokenError("this code is not right", _STALE)
    return row[0], bytes(row[1])


def verify(person: UUID, exact: bytes, evidence: str, agreed: Collection[str] | None = None) -> int | None:
    """Take an address as proven by its holder's own act; what was said yes to at it counts from now on.

    `agreed` names the purposes of which the holder was shown that they were ticked; None is each that waits.
    Gives the number of the choices that this put into effect, or None. A no that came after such a yes wins.
    Raises RecordError if the address is not one of this person's.
    """
    with keeping() as cursor:
        return confirm(cursor, person, prove(person, exact, evidence), evidence, agreed)


def prove(person: UUID, exact: bytes, evidence: str) -> bytes:
    """Take an address as proven, and nothing more: what was ticked with it goes on waiting. Give its mailbox.

    Raises RecordError if the address is not one of this person's.
    """
    now, unverified = datetime.now(UTC), Scope.UNVERIFIED.mask
    with keeping() as cursor:
        cursor.execute(
            "SELECT reach_id FROM address WHERE person_id = %s AND exact = %s AND ended IS NULL", [person, exact]
        )
        row = cursor.fetchone()
        if row is None:
            raise RecordError("this address is not one of that person's", "add it first")
        reach = bytes(row[0])
        narrow(cursor, person, reach)
        cursor.execute(
            "UPDATE address SET verified = %s WHERE person_id = %s AND exact = %s AND verified IS NULL",
            [now, person, exact],
        )
        if cursor.rowcount:
            cursor.execute(_PROVE_ITEMS, [to_bits(unverified), person, reach, person, reach])
            append(EntryKind.CONFIRMED, now, [commit(new_salt(), ["confirmed", person, exact, now, evidence])])
        return reach


def add_address(person: UUID, address: Address) -> bool:
    """Hold one more address for a person, unproven; say whether it is proven already.

    What was refused for either holds for both.
    """
    with keeping() as cursor:
        return attach(cursor, person, address)[1]


def end_address(person: UUID, exact: bytes) -> None:
    """End an address of a person: it proves nothing any more; what was refused at it stays.

    The journal keeps how all their addresses stand now. Raises StoreError if it does not take that.
    """
    now = datetime.now(UTC)
    with keeping() as cursor:
        cursor.execute(
            "UPDATE address SET ended = %s WHERE person_id = %s AND exact = %s AND ended IS NULL",
            [now, person, exact],
        )
        if cursor.rowcount:
            settle(cursor, [*linked(cursor, [person]).persons])
            cursor.execute(_ADDRESSES, [person])
            entry = append(EntryKind.AMENDED, now, [])
            put(whose(person), entry, {"addresses": [list(row) for row in cursor.fetchall()]})
            owe(cursor, entry, [person])


def moved_at(person: UUID) -> datetime | None:
    """Say when an address of a person ended last; None if none did."""
    with keeping() as cursor:
        cursor.execute("SELECT max(ended) FROM address WHERE person_id = %s", [person])
        found: datetime | None = cursor.fetchone()[0]
        return found


def addresses_of(person: UUID) -> list[tuple[bytes, bytes, datetime | None]]:
    """Give the addresses of a person that have not ended: exact id, reach id, since when proven; oldest first."""
    with keeping() as cursor:
        cursor.execute(
            "SELECT exact, reach_id, verified FROM address WHERE person_id = %s AND ended IS NULL ORDER BY at, exact",
            [person],
        )
        return [(bytes(exact), bytes(reach), verified) for exact, reach, verified in cursor.fetchall()]


def persons_at(exact: bytes) -> list[UUID]:
    """Give who holds an address that has not ended: those who proved it first, then the newest.

    Whoever is there because somebody else wanted to change to this address, and never proved it, comes last.
    """
    with keeping() as cursor:
        cursor.execute(_PERSONS_AT, [ChannelKind.CHOICE.value, exact])
        return [row[0] for row in cursor.fetchall()]


def everybody() -> list[UUID]:
    """Give every person there is, oldest first."""
    with keeping() as cursor:
        cursor.execute("SELECT id FROM person ORDER BY id")
        return [row[0] for row in cursor.fetchall()]


def on_file(address: Address) -> list[OnFile]:
    """Give who holds an address as it was typed; where nobody does, who holds it in another spelling of that mailbox.

    In the order of `persons_at`. Mail goes to the address that is on file, never to the one that was typed.
    """
    with keeping() as cursor:
        cursor.execute(_ON_FILE, [ChannelKind.CHOICE.value, address.reach_id])
        found = [OnFile(person, bytes(exact), proven, came) for person, exact, proven, came in cursor.fetchall()]
    same = [one for one in found if one.exact == address.exact_id]
    return same if any(one.came for one in same) else found


def holders(reach: bytes) -> list[UUID]:
    """Give everyone who holds or held a mailbox, oldest first."""
    with keeping() as cursor:
        cursor.execute("SELECT person_id FROM address WHERE reach_id = %s GROUP BY 1 ORDER BY min(at), 1", [reach])
        return [row[0] for row in cursor.fetchall()]


def _hash(code: UUID, digits: str) -> bytes:
    return hmac.digest(key("token"), b"code\0" + code.bytes + digits.encode(), hashlib.sha256)
