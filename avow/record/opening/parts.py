"""Say what of the record an export holds: what opens each commitment, and what a decision rests on."""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Final

import psycopg

from avow.ledger.commitment import inner, outer
from avow.record.mask import bits_of, from_bits
from avow.record.opening.lines import Line, lines

PARTS: Final[Mapping[str, str]] = {
    "versions": "SELECT name, effective, source_hash, page_hash, published, salt, entry, pos FROM version ORDER BY 2",
    "bits": "SELECT id, bit, kind, meaning FROM bit ORDER BY kind DESC, bit",
    "notices": "SELECT hash, version, channel, language, text FROM notice ORDER BY hash",
    "stamps": "SELECT id, channel, source, version, notice, purposes FROM stamp ORDER BY id",
    "lists": "SELECT id, purpose, topic, joined_only FROM list ORDER BY id",
    "links": """
        SELECT person_id AS person, id, other_id AS other, at, actor, ended, salt, entry, pos FROM link
        ORDER BY entry, pos""",
    "choices": """
        SELECT person_id AS person, id, no, reach, scope, list, purpose, answer, actor, evidence, via, at,
            nullif(salt, '') AS salt, entry, pos FROM choice ORDER BY entry, pos""",
    "persons": "SELECT id AS person, relations FROM person ORDER BY id",
    "addresses": """
        SELECT person_id AS person, reach_id AS reach, verified, ended FROM address ORDER BY person_id, exact""",
    "items": """
        SELECT person_id AS person, id, category, stamp_id AS stamp, at, event, reach_id AS reach, fields,
            stated::text, salt, entry, pos FROM item ORDER BY person_id, id""",
    "enclosed": """
        SELECT person_id AS person, id, matter, turn, item, at, name, kind, why, sha256(data) AS data, salt, entry, pos
        FROM enclosed WHERE salt <> '' ORDER BY person_id, id""",
    "possessions": """
        SELECT person_id AS person, id, product, version, series, notice, at, salt, entry, pos FROM possession
        ORDER BY person_id, id""",
    "organizations": "SELECT id, list, at, ended FROM outside ORDER BY id",
    "orders": """
        SELECT id, categories, since, until, deadline, gag, at, called, done, told FROM legal_order ORDER BY at, id""",
    "disclosures": """
        SELECT id, recipient, whom, purpose, asked, clause, version, why, by, attested, people, reasons, digest, at,
            salt, entry, pos FROM disclosure ORDER BY entry, pos""",
    "recalls": """
        SELECT id, outside, people, at, sent, acknowledged, mailbox AS reach, salt, entry, pos
        FROM recall ORDER BY entry, pos""",
    "disclosed": """
        SELECT person_id AS person, id, disclosure, reach, categories, decision, decision_pos,
            decision_salt, choice_no, recall, nullif(salt, '') AS salt, entry, pos
        FROM disclosed ORDER BY person_id, id""",
}
"""The statement of each part; a column of a line bears the name that it has here."""


def part(backup: psycopg.Connection, name: str) -> Iterator[Line]:
    """Give the lines of one part; an item or a file is without its fields and its salt, which open to nobody."""
    found = lines(backup, name, PARTS[name])
    closed = {"items": _closed, "enclosed": _shut}.get(name)
    return map(closed, found) if closed else found


def _closed(item: Line) -> Line:
    """Put the digest of the fields in their place, and the salt that may be told in that of the item's own."""
    salt = bytes.fromhex(item.pop("salt"))
    told = {"stated": _bits(item["stated"]), "inner": inner(salt, item.pop("fields")).hex(), "outer": outer(salt).hex()}
    return item | told


def _shut(file: Line) -> Line:
    """Put the digest of what a file is called and holds in its place; see `_closed`."""
    salt, holds = bytes.fromhex(file.pop("salt")), bytes.fromhex(file.pop("data"))
    told = inner(salt, [file.pop("name"), file.pop("kind"), file.pop("why"), holds])
    return file | {"inner": told.hex(), "outer": outer(salt).hex()}


@lru_cache(maxsize=4_096)
def _bits(mask: str) -> list[int]:
    return bits_of(from_bits(mask))
