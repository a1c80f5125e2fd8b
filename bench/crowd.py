"""Make a million invented people inside PostgreSQL, and the same facts in two other designs."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from django.core.management import call_command
from django.db import connections

from avow.policy.folder import load
from avow.policy.history import History, number
from avow.record.mask import to_bits
from avow.record.shown.versions import publish
from avow.record.taken.lookup import sought
from avow.store.keys import key, make_keys
from avow.store.point import point
from avow.store.server.embedded import OWNER, Embedded
from avow.store.setup import roles
from avow.terms import ChannelKind, Scope

PADS = {"inner": 0x36, "outer": 0x5C}
CHANNELS = (ChannelKind.REGISTRATION, ChannelKind.REGISTRATION, ChannelKind.INQUIRY, ChannelKind.ORDER)
OPTIONS = "-c fsync=off -c full_page_writes=off -c shared_buffers=2GB -c max_wal_size=8GB -c maintenance_work_mem=512MB"
PEOPLE = """
INSERT INTO stamp (id, channel, source, version, purposes)
    SELECT uuidv7(), channel, 'bench', %(version)s, '' FROM unnest(%(channels)s::text[]) AS channel
    ON CONFLICT DO NOTHING;
CREATE TABLE crowd AS SELECT uuidv7() AS id, n, sha256(n::text::bytea) AS reach, c.channel,
        (SELECT id FROM stamp WHERE stamp.channel = c.channel) AS stamp, c.contact::bit(256), c.profile::bit(256),
        CASE WHEN hashint4(n) %% 8 = 0 THEN %(marketing)s::bit(256) ELSE 0::bit(256) END
        | CASE WHEN hashint4(n + 1) %% 25 = 0 THEN %(bounced)s::bit(256) ELSE 0::bit(256) END AS refused
    FROM generate_series(1, %(size)s) AS n
    JOIN unnest(%(channels)s::text[], %(contact)s::text[], %(profile)s::text[]) WITH ORDINALITY
        AS c (channel, contact, profile, no) ON c.no = 1 + (hashint4(n + 2) & 3);
INSERT INTO reach (id, at, refused, choice_no, bounces) SELECT reach, now(), refused, 0, 0 FROM crowd;
INSERT INTO person (id, at, own, refused, relations, choice_no)
    SELECT id, now(), refused, refused & %(marketing)s::bit(256), 0, 0 FROM crowd;
INSERT INTO item (person_id, id, category, stamp_id, at, event, reach_id, fields, stated, accepted, refused, salt,
        entry, pos, lookup)
    SELECT c.id, uuidv7(), k.category, c.stamp, now(), c.id, CASE k.no WHEN 1 THEN c.reach END, CASE k.no
        WHEN 1 THEN jsonb_build_object('email', 'person' || n || '@example.org')
        WHEN 2 THEN jsonb_build_object('name', 'Person ' || n, 'company', 'Works ' || n %% 999, 'country', 'NL')
        ELSE jsonb_build_object('subject', 'Question ' || n, 'message', repeat('Would you tell me more? ', 5)) END,
        CASE k.no WHEN 1 THEN c.contact ELSE c.profile END, 0::bit(256),
        CASE k.no WHEN 1 THEN c.refused ELSE c.refused & %(marketing)s::bit(256) END, c.reach, n, k.no,
        CASE k.no WHEN 2 THEN ARRAY[%(person)s, looked(n::text), looked('person' || n), %(works)s,
            looked((n %% 999)::text), looked('works' || n %% 999)] END
    FROM crowd AS c CROSS JOIN LATERAL (VALUES (1, 'contact'), (2, 'profile'), (3, 'inquiry')) AS k (no, category)
"""
LOOKED = """
CREATE FUNCTION looked(word text) RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT ('x' || encode(substr(sha256('\\x{outer}'::bytea || sha256('\\x{inner}6c6f6f6b757000'::bytea
        || convert_to(word, 'UTF8'))), 1, 8), 'hex'))::bit(64)::bigint $$
"""
"""What the record makes of a word that staff look up (HMAC-SHA-256, cut to 64 bits), made where the people are."""
FIVE = """
CREATE SCHEMA five;
CREATE TABLE five.person AS SELECT id FROM person ORDER BY id;
CREATE TABLE five.address AS
    SELECT person_id AS person, reach_id AS reach, fields->>'email' AS email FROM item WHERE category = 'contact';
CREATE TABLE bits AS
    SELECT mask, bit FROM (SELECT DISTINCT stated AS mask FROM item) AS masks, generate_series(0, 255) bit
    WHERE get_bit(mask, 255 - bit) = 1;
CREATE TABLE five.told AS
    SELECT i.person_id AS person, i.category, bits.bit AS purpose FROM item i JOIN bits ON bits.mask = i.stated;
CREATE TABLE five.refusal AS SELECT id AS person, 1 AS scope FROM person WHERE get_bit(refused, 254) = 1;
CREATE TABLE five.condition AS SELECT id AS reach, 16 AS kind FROM reach WHERE get_bit(refused, 239) = 1;
ALTER TABLE five.person ADD PRIMARY KEY (id);
ALTER TABLE five.address ADD PRIMARY KEY (person);
ALTER TABLE five.told ADD PRIMARY KEY (person, category, purpose);
ALTER TABLE five.refusal ADD PRIMARY KEY (person, scope);
ALTER TABLE five.condition ADD PRIMARY KEY (reach, kind)
"""
LISTS = """
CREATE SCHEMA lists;
CREATE TABLE lists.subscribers (id serial PRIMARY KEY, uuid uuid UNIQUE, email text UNIQUE, name text, attribs jsonb,
    status text, created timestamptz DEFAULT now());
INSERT INTO lists.subscribers (uuid, email, name, attribs, status)
    SELECT i.person_id, i.fields->>'email', 'Person', '{"country": "NL", "company": "Works"}',
        CASE WHEN get_bit(i.refused, 239) = 1 THEN 'blocked' ELSE 'enabled' END
    FROM item i WHERE i.category = 'contact' ORDER BY i.person_id;
CREATE TABLE lists.subscriptions AS SELECT s.id AS subscriber, bits.bit AS list,
        CASE WHEN get_bit(i.refused, 254) = 1 THEN 'unsubscribed' ELSE 'confirmed' END AS status, now() AS created
    FROM lists.subscribers s JOIN item i ON i.person_id = s.uuid AND i.category = 'contact'
    JOIN bits ON bits.mask = i.stated;
ALTER TABLE lists.subscriptions ADD PRIMARY KEY (subscriber, list);
CREATE INDEX ON lists.subscriptions (list);
CREATE TABLE lists.lists AS SELECT DISTINCT list AS id, 'single' AS optin FROM lists.subscriptions;
ALTER TABLE lists.lists ADD PRIMARY KEY (id);
CREATE TABLE lists.campaigns AS SELECT 1 AS id, 'running' AS status, 0 AS list, 0 AS last, 0 AS top, now() AS updated;
ALTER TABLE lists.campaigns ADD PRIMARY KEY (id)
"""
FIVE_AND_LISTS = (FIVE, LISTS)
_INDEXES = """
SELECT indexdef, indexname FROM pg_indexes
WHERE schemaname = 'public' AND tablename = 'item' AND indexname <> 'item_pkey'
"""


@contextmanager
def crowd(
    folder: Path, size: int, *, rivals: bool = True, options: str = OPTIONS, policies: str = "policies/example"
) -> Iterator[tuple[Embedded, History]]:
    """Run a store of `size` people with three items each, until the block ends; Django speaks to it as avow_app.

    `rivals` says whether the same facts are laid out in the other designs too; `options` are PostgreSQL's own. They
    came under the first version of `policies`.
    """
    server = Embedded(folder, trust=True)
    server.start(options)
    try:
        make_keys(folder / "keys")
        with psycopg.connect(server.url(OWNER, "postgres"), autocommit=True) as owner:
            roles(owner)
            owner.execute("CREATE DATABASE avow")
        point(server.url(OWNER))
        call_command("migrate", verbosity=0)
        history = number(load(policies).policies[:1])
        publish(history)
        with psycopg.connect(server.url(OWNER), autocommit=True) as owner:
            _fill(owner, history, size, FIVE_AND_LISTS if rivals else ())
        connections.close_all()
        point(server.url("avow_app"))
        yield server, history
        connections.close_all()
    finally:
        server.stop()


def _fill(owner: psycopg.Connection, history: History, size: int, more: tuple[str, ...]) -> None:
    policy = history.policies[-1]
    words = {
        "version": policy.front.version,
        "channels": [channel.value for channel in CHANNELS],
        "contact": [to_bits(history.stated(policy, channel, "contact")) for channel in CHANNELS],
        "profile": [to_bits(history.stated(policy, channel, "profile")) for channel in CHANNELS],
        "marketing": to_bits(Scope.MARKETING.mask),
        "bounced": to_bits(Scope.BOUNCED.mask),
        "size": size,
        "person": sought("person")[0][0],
        "works": sought("works")[0][0],
    }
    owner.execute("SET session_replication_role = replica; SET synchronous_commit = off")
    indexes = owner.execute(_INDEXES).fetchall()
    for _, name in indexes:
        owner.execute(f"DROP INDEX {name}")
    pads = {name: bytes(byte ^ pad for byte in key("reach").ljust(64, b"\0")) for name, pad in PADS.items()}
    owner.execute(LOOKED.format(**{name: pad.hex() for name, pad in pads.items()}))
    for part in PEOPLE.split(";\n"):
        owner.execute(part, words)
    for definition, _ in indexes:
        owner.execute(definition)
    for script in more:
        for part in script.split(";\n"):
            owner.execute(part)
    owner.execute("VACUUM (ANALYZE)")
