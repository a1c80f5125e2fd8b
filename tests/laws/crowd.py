"""Fill every table about people with something that could leak, whatever tables there are."""

from dataclasses import dataclass
from uuid import UUID

import psycopg
from psycopg import sql

from avow.record.key import new_key
from avow.record.mask import to_bits
from avow.terms import Scope

SECRETS = ("alice@example.org", "bob@example.org", "carol@example.org")
USE, OTHER = 1 << 1, 1 << 2
MARKETING = Scope.MARKETING.mask
PEOPLE = """
SELECT c.relname, c.relrowsecurity AND c.relforcerowsecurity FROM pg_class c
WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace AND (
    c.relname IN ('person', 'reach')
    OR EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
        AND a.attname IN ('person_id', 'person', 'other_id', 'reach', 'reach_id', 'exact'))
    OR EXISTS (SELECT FROM pg_constraint k WHERE k.conrelid = c.oid AND k.contype = 'f'
        AND k.confrelid IN ('person'::regclass, 'reach'::regclass, 'item'::regclass)))
ORDER BY c.relname
"""
"""The tables about people, and whether they are guarded, as the catalogue knows them: no list can forget one."""
_DUMMIES = {"text": "'x'", "integer": "1", "bigint": "1", "smallint": "1", "bytea": "'x'", "boolean": "true"} | {
    "uuid": "gen_random_uuid()",
    "jsonb": "'{}'",
    "timestamp with time zone": "now()",
    "bit(256)": "0::bit(256)",
}


@dataclass(frozen=True)
class Crowd:
    """Alice may be used for USE; Bob too, but he refused marketing; Carol was told of OTHER alone."""

    alice: UUID
    bob: UUID
    carol: UUID
    tables: tuple[str, ...]


def crowd(owner: psycopg.Connection) -> Crowd:
    """Put Alice, Bob and Carol in, and at least one row into every other table about people."""
    owner.execute("SET session_replication_role = replica")
    owner.execute("INSERT INTO version VALUES ('v1', now() - interval '1 day', '', '', now(), '', 1, 0)")
    people = [new_key() for _ in SECRETS]
    stamp = new_key()
    owner.execute("INSERT INTO stamp (id, channel, source, version, purposes) VALUES (%s, 'r', 's', 'v1', '')", [stamp])
    facts = [(USE, 0), (USE | OTHER, MARKETING), (OTHER, 0)]
    for person, email, (stated, refused) in zip(people, SECRETS, facts, strict=True):
        owner.execute(
            "INSERT INTO person (id, at, own, refused, relations, choice_no)"
            " VALUES (%s, now(), %s::bit(256), %s::bit(256), 0, 0)",
            [person, to_bits(refused), to_bits(refused)],
        )
        owner.execute(
            "INSERT INTO item (person_id, id, category, stamp_id, at, event, fields, stated, accepted, refused, salt,"
            " entry, pos) VALUES (%s, %s, 'contact', %s, now(), %s, jsonb_build_object('email', %s::text),"
            " %s::bit(256), 0::bit(256), %s::bit(256), '', 1, 0)",
            [person, new_key(), stamp, new_key(), email, to_bits(stated), to_bits(refused)],
        )
    tables = tuple(name for name, _ in owner.execute(PEOPLE).fetchall())
    for table in tables:
        if not owner.execute(sql.SQL("SELECT FROM {} LIMIT 1").format(sql.Identifier(table))).fetchall():
            _fill(owner, table)
    owner.execute("SET session_replication_role = origin")
    alice, bob, carol = people
    return Crowd(alice, bob, carol, tables)


def _fill(owner: psycopg.Connection, table: str) -> None:
    """Insert one row of dummies."""
    columns = owner.execute(
        "SELECT attname, format_type(atttypid, atttypmod) FROM pg_attribute WHERE attrelid = %s::regclass"
        " AND attnum > 0 AND NOT attisdropped AND attidentity = '' AND attgenerated = ''",
        [table],
    ).fetchall()
    names = sql.SQL(", ").join(sql.Identifier(name) for name, _ in columns)
    values = sql.SQL(", ").join(sql.SQL(_DUMMIES.get(kind, "NULL")) for _, kind in columns)
    owner.execute(sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(sql.Identifier(table), names, values))
