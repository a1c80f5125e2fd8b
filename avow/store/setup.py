"""Make a store, or bring one up to date: roles, database, keys, schema; done again it changes nothing."""

import sys
from collections.abc import Mapping
from pathlib import Path

import psycopg
from django.core.management import call_command
from django.db import connections
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from avow.config import config
from avow.errors import ConfigError, KeyMissing, StoreError
from avow.store.check import APP, serves
from avow.store.journal.folder import begin, begun
from avow.store.journal.folder import folder as journal
from avow.store.journal.folder import owner as store_named
from avow.store.keys import NAMES, fingerprint, make_keys, make_secrets, password
from avow.store.point import point
from avow.store.server.attach import attach
from avow.store.server.embedded import OWNER, Embedded
from avow.store.server.folder import private, whole

ROLES = {
    "avow_keep": "NOLOGIN NOSUPERUSER NOBYPASSRLS",
    "avow_use": "NOLOGIN NOSUPERUSER NOBYPASSRLS",
    "avow_processor": "NOLOGIN NOSUPERUSER NOBYPASSRLS",
    "avow_insight": "NOLOGIN NOSUPERUSER NOBYPASSRLS",
    "avow_app": "LOGIN NOSUPERUSER NOBYPASSRLS NOINHERIT",
    "avow_backup": "LOGIN NOSUPERUSER BYPASSRLS",
}
LOGINS = ("avow_app", "avow_backup")


def setup() -> None:
    """Make or update the store of this configuration, as its owner; raise StoreError if that cannot be."""
    whole(config().data)
    address, passwords = owner_at() if config().database_url else _embedded(Embedded(config().data))
    with reach_owner(address) as owner:
        serves(owner)
        owner.execute("SELECT pg_advisory_lock(hashtext('avow setup'))")
        _not_lost(owner)
        roles(owner, passwords)
        _keys(owner)
        point(address)
        call_command("migrate", verbosity=0)
        connections.close_all()
        owner.execute("GRANT SELECT ON django_migrations TO avow_app, avow_backup")
        owner.execute("GRANT SELECT ON ALL TABLES IN SCHEMA public TO avow_backup")
        owner.execute("GRANT SELECT ON ALL SEQUENCES IN SCHEMA public TO avow_backup")
        _print_keys(owner)
    if begin():
        sys.stderr.write(f"avow: begins a journal of rights and of the ledger in {journal()}\n")


def _not_lost(owner: psycopg.Connection) -> None:
    """Refuse to make a new store beside the journal of one that is not there: every refusal would be forgotten."""
    made = owner.execute("SELECT to_regclass('entry')").fetchone() != (None,)
    if not made and begun() and store_named():
        raise StoreError(
            f"{journal()} is the journal of a store that is not here",
            "bring it back with `avow restore FILE`; for a new store, move that journal away first",
        )


def roles(owner: psycopg.Connection, passwords: Mapping[str, str] | None = None) -> None:
    """Make each role that is missing and set what it may be, and the passwords given."""
    for name, options in ROLES.items():
        _make_role(owner, name, options)
    owner.execute("GRANT avow_keep, avow_use, avow_processor, avow_insight TO avow_app")
    for name, secret in (passwords or {}).items():
        sealed = owner.pgconn.encrypt_password(secret.encode(), name.encode(), b"scram-sha-256").decode()
        owner.execute(sql.SQL("ALTER ROLE {} PASSWORD {}").format(sql.Identifier(name), sql.Literal(sealed)))


def _make_role(owner: psycopg.Connection, name: str, options: str) -> None:
    row = owner.execute(
        "SELECT rolcanlogin, rolsuper, rolbypassrls, rolinherit FROM pg_roles WHERE rolname = %s", [name]
    ).fetchone()
    wanted = tuple(word in options.split() for word in ("LOGIN", "SUPERUSER", "BYPASSRLS"))
    if row is not None and row[:3] == wanted and row[3] is not ("NOINHERIT" in options):
        return
    verb = "ALTER" if row else "CREATE"
    try:
        owner.execute(sql.SQL(f"{verb} ROLE {{}} {options}").format(sql.Identifier(name)))
    except psycopg.errors.InsufficientPrivilege as error:
        raise StoreError(
            f"the owner may not {verb.lower()} the role {name}",
            f"let an administrator run: {verb} ROLE {name} {options}; and grant the owner ADMIN on it",
        ) from error


def owner_at() -> tuple[str, dict[str, str]]:
    """Give the owner's address of the database outside, and the application's password out of DATABASE_URL."""
    if not config().owner_url:
        raise ConfigError("AVOW_OWNER_URL is not set", "give the database's owner for the time of `avow setup`")
    app = conninfo_to_dict(config().database_url)
    _one_database(app, conninfo_to_dict(config().owner_url))
    private(config().data, None)
    secret = app.get("password")
    return config().owner_url, {"avow_app": str(secret)} if secret else {}


def _one_database(app: Mapping[str, object], owner: Mapping[str, object]) -> None:
    """Refuse two addresses of which one is not that of the other's database, or not that of the role it must be."""
    if app.get("user") != APP:
        raise ConfigError(
            f"DATABASE_URL logs in as {app.get('user', 'whoever runs this')}",
            f"write postgresql://{APP}:password@host/database; setup makes that role",
        )
    there, here = _place(app), _place(owner)
    if there != here:
        raise ConfigError(
            f"AVOW_OWNER_URL is {here}, and DATABASE_URL is {there}",
            "write the same host, port and database in both, and only the role and its password differently",
        )


def _place(parts: Mapping[str, object]) -> str:
    """Say in words where an address leads, with what it leaves out written out."""
    host = parts.get("host") or parts.get("hostaddr") or "the local socket"
    return f"{parts.get('dbname') or 'avow'} on {host}, port {parts.get('port') or 5432}"


def _embedded(server: Embedded) -> tuple[str, dict[str, str]]:
    attach(server)
    folder = server.folder / "keys"
    make_secrets(folder, [f"{role}.password" for role in LOGINS])
    return server.url(OWNER), password_of(server.folder)


def password_of(folder: Path) -> dict[str, str]:
    """Give the passwords of the roles of an embedded server that log in."""
    return {role: password(folder / "keys", role) for role in LOGINS}


def reach_owner(address: str) -> psycopg.Connection:
    """Connect as the owner, making the database if it is not there."""
    name = str(conninfo_to_dict(address).get("dbname", "avow"))
    with _connect(make_conninfo(address, dbname="postgres")) as server:
        if not server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            server.execute(
                sql.SQL("CREATE DATABASE {} ENCODING 'UTF8' TEMPLATE template0").format(sql.Identifier(name))
            )
    return _connect(make_conninfo(address, dbname=name))


def _connect(address: str) -> psycopg.Connection:
    try:
        return psycopg.connect(address, autocommit=True, connect_timeout=10)
    except psycopg.OperationalError as error:
        said = " ".join(str(error).split())
        raise StoreError(f"the database does not let the owner in: {said}", "check AVOW_OWNER_URL") from error


def _keys(owner: psycopg.Connection) -> None:
    """Make the keys of a new store; a store that has prints needs the keys it was made with."""
    folder = config().data / "keys"
    missing = [name for name in _printed(owner) if not (folder / f"{name}.key").exists()]
    if missing:
        raise _lost(folder, missing)
    make_keys(folder)


def _printed(owner: psycopg.Connection) -> list[str]:
    if owner.execute("SELECT to_regclass('key_print')").fetchone() == (None,):
        return []
    return [row[0] for row in owner.execute("SELECT name FROM key_print ORDER BY name")]


def _lost(folder: Path, missing: list[str]) -> KeyMissing:
    files = ", ".join(f"{name}.key" for name in missing)
    return KeyMissing(f"{folder} lacks {files}, which this store was made with", "restore it from the backup")


def _print_keys(owner: psycopg.Connection) -> None:
    for name in NAMES:
        owner.execute("INSERT INTO key_print VALUES (%s, %s) ON CONFLICT DO NOTHING", [name, fingerprint(name)])
