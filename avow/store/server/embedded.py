"""Run the PostgreSQL of the wheel on a folder of ours."""

import os
import pwd
import shutil
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from psycopg import pq

from avow.config import account
from avow.errors import StoreError
from avow.store.keys import make_secrets, password
from avow.store.server.folder import handed, private, socket_folder
from avow.store.server.launch import MAX_WAIT, clean, launch, told
from avow.store.server.wheel import MAJOR, binaries

OWNER = "avow_owner"


@dataclass(frozen=True, slots=True)
class Embedded:
    """A server on `folder`/postgres, reached by a private socket, with passwords in `folder`/keys.

    `trust` asks no password; only tests may have it.
    """

    folder: Path
    trust: bool = False

    @property
    def data(self) -> Path:
        """Give PostgreSQL's own folder."""
        return self.folder / "postgres"

    @property
    def socket(self) -> Path:
        """Give the folder of the socket."""
        return socket_folder(self.folder)

    @property
    def exists(self) -> bool:
        """Say whether the server was ever made."""
        return (self.data / "PG_VERSION").exists()

    def url(self, role: str, database: str = "avow") -> str:
        """Give the address of a database for a role, with its password."""
        secret = "" if self.trust else ":" + password(self.folder / "keys", role)
        return f"postgresql://{role}{secret}@/{database}?host={quote(str(self.socket), safe='')}&port=5432"

    def start(self, *options: str) -> None:
        """Start the server, made if new, and wait until it answers; raise StoreError if it cannot."""
        who = account()
        private(self.folder, who)
        other = self.running()
        if other:
            raise StoreError(
                f"PostgreSQL already runs on {self.folder}, as process {other}", "use it, or stop it first"
            )
        programs = binaries(who)
        if not self.exists:
            self._make(programs, who)
        self._fits()
        handed(self.socket, who)
        for left in (self.data / "postmaster.pid", self.socket / ".s.PGSQL.5432.lock"):
            left.unlink(missing_ok=True)  # of a server that is no more, though its number may be somebody's
        launch(programs, self.data.resolve(), self.socket, who, options)

    def stop(self) -> None:
        """Stop the server cleanly, if it runs."""
        if self.running():
            who = account()
            clean([str(binaries(who) / "pg_ctl"), "-D", str(self.data.resolve()), "-m", "fast", "-s", "stop"], who)

    def running(self) -> int | None:
        """Give the process that serves this folder; None if there is none, whatever a stale file says."""
        try:
            pid = int((self.data / "postmaster.pid").read_text().split("\n", 1)[0])
            os.kill(pid, 0)
            if Path("/proc/self").exists() and Path(f"/proc/{pid}/cwd").resolve() != self.data.resolve():
                return None
        except PermissionError:
            return None
        except (OSError, ValueError):
            return None
        return pid

    def ready(self) -> bool:
        """Say whether the server answers."""
        address = f"host='{_escaped(self.socket)}' port=5432 connect_timeout=2"
        return pq.PGconn.ping(address.encode()) == pq.Ping.OK

    def wait(self) -> None:
        """Wait until the server that another process started answers; raise StoreError if it ends instead."""
        until = time.monotonic() + MAX_WAIT
        while not self.ready():
            if not self.running() or time.monotonic() > until:
                raise StoreError(f"PostgreSQL on {self.folder} ended while it was starting", told(self.data))
            time.sleep(0.05)

    def _make(self, programs: Path, who: pwd.struct_passwd | None) -> None:
        """Make the server in a draft folder that is renamed when it is whole: half of one is never taken for it."""
        draft = self.folder.resolve() / "postgres.new"
        shutil.rmtree(draft, ignore_errors=True)
        handed(draft, who)
        command = [str(programs / "initdb"), "-D", str(draft), "-U", OWNER, "-E", "UTF8", "--no-locale"]
        if self.trust:
            clean([*command, "-A", "trust", "--no-sync"], who)
        else:
            make_secrets(self.folder / "keys", [f"{OWNER}.password"])
            file = _lend(draft.with_name(".password"), password(self.folder / "keys", OWNER), who)
            try:
                clean([*command, "-A", "scram-sha-256", f"--pwfile={file}"], who)
            finally:
                file.unlink()
        draft.rename(self.data)

    def _fits(self) -> None:
        found = (self.data / "PG_VERSION").read_text().strip()
        if found != str(MAJOR):
            raise StoreError(
                f"{self.data} was made by PostgreSQL {found}, and this is PostgreSQL {MAJOR}",
                "dump it with the Avow that made it and restore it here, or choose another folder with AVOW_DATA",
            )


def _lend(file: Path, secret: str, who: pwd.struct_passwd | None) -> Path:
    """Write a secret where the account alone can read it."""
    file.unlink(missing_ok=True)
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    os.write(descriptor, secret.encode())
    if who:
        os.fchown(descriptor, who.pw_uid, who.pw_gid)
    os.close(descriptor)
    return file


def _escaped(path: Path) -> str:
    return str(path).replace("\\", "\\\\").replace("'", "\\'")
