"""Check that a store is the one this program needs: version, roles, schema, keys."""

from collections.abc import Iterable

import psycopg
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from avow.errors import KeyMissing, SchemaError, StoreError, StoreNew
from avow.store.keys import NAMES, fingerprint, fingerprint_of, following, take_up

OLDEST = 15
"""The oldest major version of PostgreSQL that the guard was tested on."""
APP = "avow_app"
_POWERS = """
SELECT r.rolname FROM pg_roles r
WHERE pg_has_role(current_user, r.oid, 'MEMBER')
  AND (r.rolsuper OR r.rolbypassrls OR r.rolname LIKE 'pg\\_%%' OR r.rolname = ANY(%s)
       OR EXISTS (SELECT 1 FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                  WHERE c.relowner = r.oid AND n.nspname NOT LIKE 'pg\\_%%')
       OR EXISTS (SELECT 1 FROM pg_database d WHERE d.datdba = r.oid))
ORDER BY 1
"""


def serves(found: psycopg.Connection) -> None:
    """Refuse a server that is too old or does not hold UTF-8."""
    major = found.info.server_version // 10000
    if major < OLDEST:
        raise StoreError(f"this is PostgreSQL {major}, and the row guard needs {OLDEST} or later", "upgrade the server")
    encoding = found.info.parameter_status("server_encoding")
    if encoding != "UTF8":
        raise StoreError(
            f"the database holds {encoding}, not UTF8", "create it with ENCODING 'UTF8' TEMPLATE template0"
        )


def powerless(found: psycopg.Connection) -> None:
    """Refuse an application role that could step over the row guard: superuser, BYPASSRLS, or owner of anything."""
    role = found.info.user
    if role != APP:
        raise StoreError(f"the database address logs in as {role}", f"give DATABASE_URL with the role {APP}")
    powers = [row[0] for row in found.execute(_POWERS, [["avow_backup"]])]
    if powers:
        raise StoreError(
            f"{role} has the powers of {', '.join(powers)}, which step over the row guard",
            f"take them: ALTER ROLE {role} NOSUPERUSER NOBYPASSRLS; REASSIGN OWNED BY {role}; REVOKE its memberships",
        )


def current() -> None:
    """Refuse a schema older or newer than this program; Django must be pointed at the store."""
    loader = MigrationLoader(connection)
    applied = set(loader.applied_migrations)
    wanted = set(loader.disk_migrations)
    if not applied:
        raise StoreNew("this store has no tables yet", "run `avow setup`")
    late = sorted(".".join(name) for name in wanted - applied)
    if late:
        raise SchemaError(f"the store lacks {', '.join(late)}", "run `avow setup`")
    ours = {app for app, _ in wanted}
    newer = sorted(".".join(name) for name in applied - wanted if name[0] in ours)
    if newer:
        raise SchemaError(
            f"the store was made by a newer Avow: {', '.join(newer)}", "install that version or a later one"
        )


def unknown(schema: Iterable[str]) -> list[str]:
    """Give those of some applied migrations of ours that this program does not have."""
    disk = set(MigrationLoader(None).disk_migrations)
    ours = {app for app, _ in disk}
    return sorted(name for name in schema if name.partition(".")[0] in ours and tuple(name.split(".", 1)) not in disk)


def keys_fit(found: psycopg.Connection) -> None:
    """Refuse keys that are not those which the store was made with."""
    printed: dict[str, bytes] = dict(found.execute("SELECT name, fingerprint FROM key_print").fetchall())
    for name in NAMES:
        fresh = following(name)
        if fresh and bytes(printed.get(name, b"")) == fingerprint_of(fresh):
            take_up(name)  # a rotation was cut short after it held
        if bytes(printed.get(name, b"")) != fingerprint(name):
            raise KeyMissing(
                f"the key {name} is not the one this store was made with", "restore AVOW_DATA/keys from the backup"
            )
