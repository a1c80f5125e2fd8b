"""Make a store of a backup where there is none: a draft that is renamed when it is whole, or one transaction."""

import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import psycopg

from avow.config import account, config
from avow.errors import BackupError, StoreError
from avow.store.backup.dump import load
from avow.store.backup.pack import Manifest, check, database
from avow.store.backup.sealed import Tick
from avow.store.check import unknown
from avow.store.journal.behind import last_entry
from avow.store.journal.folder import begun, replace
from avow.store.keys import make_secrets
from avow.store.server.embedded import OWNER, Embedded
from avow.store.server.folder import RESTORING, private
from avow.store.server.lock import Lock, alone
from avow.store.setup import LOGINS, owner_at, password_of, reach_owner, roles

Stage = Callable[[str], Tick]


def restore(path: Path, passphrase: str, stage: Stage) -> Manifest:
    """Make a store of a backup, checked first to its last byte; it is not to be used before it is replayed.

    Whatever is there stays: raises BackupError or StoreError, with nothing touched, if there is a store, if keys or
    policy files are others, or if the backup is of a newer Avow. What is interrupted leaves a mark that lets nothing
    start until this was run again. `stage` is told the name of each stage, and gives what is told its bytes.
    """
    manifest, small = check(path, passphrase, stage("checking"))
    if lacks := unknown(manifest.schema):
        raise BackupError(f"this backup is of a newer Avow: {', '.join(lacks)}", "install that version or a later one")
    with _alone():
        _fits(small)
        parts = database(path, passphrase, stage("restoring"))
        (_external if config().database_url else _embedded)(manifest, small, parts)
        _policies(small)
    return manifest


@contextmanager
def _alone() -> Iterator[None]:
    """Let nobody serve, work or restore here meanwhile."""
    config().data.mkdir(mode=0o700, parents=True, exist_ok=True)
    held: list[Lock] = []
    try:
        for act in ("restore", "serve", "work"):
            held.append(alone(config().data, act))  # noqa: PERF401 -- what is held is let go if the next is not had
        yield
    finally:
        for lock in held:
            lock.release()


def _fits(small: Mapping[str, bytes]) -> None:
    """Refuse to restore beside keys or policy files that are not those of the backup."""
    for name, content in small.items():
        folder, _, file = name.partition("/")
        if "/" in file or file.startswith(".") or folder not in {"keys", "policies"}:
            raise BackupError(f"this backup holds {name!r}, which belongs nowhere", "take another copy of it")
        there = (config().data / "keys" if folder == "keys" else config().policies) / file
        if there.exists() and there.read_bytes() != content:
            raise BackupError(f"{there} is not the one in the backup", "move it away, and restore again")


def _embedded(manifest: Manifest, small: Mapping[str, bytes], parts: Iterator[bytes]) -> None:
    """Make the store in a draft folder, and move it to its place when its server has ended cleanly."""
    server = Embedded(config().data)
    if server.exists:
        raise StoreError(f"there is a store in {server.folder}, which is newer or another", _away(server.data))
    draft = Embedded(config().data / RESTORING)
    private(config().data, account())
    _clear(draft)
    private(draft.folder, None)
    _keys(draft.folder / "keys", small)
    make_secrets(draft.folder / "keys", [f"{role}.password" for role in LOGINS])
    draft.start()
    try:
        with psycopg.connect(draft.url(OWNER, "postgres"), autocommit=True) as found:
            roles(found, password_of(draft.folder))
            found.execute("CREATE DATABASE avow ENCODING 'UTF8' TEMPLATE template0")
        load(draft.url(OWNER), parts)
        _beyond(draft.url(OWNER), manifest)
    finally:
        draft.stop()
    (config().data / "keys").mkdir(mode=0o700, exist_ok=True)
    for file in (draft.folder / "keys").iterdir():
        file.rename(config().data / "keys" / file.name)
    draft.data.rename(server.data)
    shutil.rmtree(draft.folder)


def _clear(draft: Embedded) -> None:
    """Take away what an interrupted restore left."""
    draft.stop()
    shutil.rmtree(draft.folder, ignore_errors=True)


def _external(manifest: Manifest, small: Mapping[str, bytes], parts: Iterator[bytes]) -> None:
    """Make the tables in the empty database outside, in one transaction."""
    address, passwords = owner_at()
    with reach_owner(address) as found:
        if not found.execute("SELECT pg_try_advisory_lock(hashtext('avow setup'))").fetchone() == (True,):
            raise StoreError("this database is just being set up or restored", "wait for the end of that")
        if found.execute("SELECT to_regclass('entry')").fetchone() != (None,):
            raise StoreError("there is a store in this database, which is newer or another", "give an empty database")
        mark = config().data / RESTORING
        mark.mkdir(mode=0o700, exist_ok=True)
        _keys(config().data / "keys", small)
        roles(found, passwords)
        load(address, parts)
        _beyond(address, manifest)
        shutil.rmtree(mark)


def _away(data: Path) -> str:
    return f"nothing is overwritten: move {data} away first, or choose another folder with AVOW_DATA"


def _keys(folder: Path, small: Mapping[str, bytes]) -> None:
    folder.mkdir(mode=0o700, exist_ok=True)
    for name, content in small.items():
        if name.startswith("keys/"):
            replace(folder / name.removeprefix("keys/"), content)


def _policies(small: Mapping[str, bytes]) -> None:
    """Write the policy's files that are not there."""
    config().policies.mkdir(parents=True, exist_ok=True)
    for name, content in small.items():
        there = config().policies / name.removeprefix("policies/")
        if name.startswith("policies/") and not there.exists():
            there.write_bytes(content)


def _beyond(address: str, manifest: Manifest) -> None:
    """Let ids of entries begin beyond every one that was ever given."""
    last = max(manifest.last, last_entry() if begun() else 0)
    with psycopg.connect(address, autocommit=True) as found:
        found.execute("SELECT setval('entry_id_seq', greatest(%s, nextval('entry_id_seq')))", [last])
