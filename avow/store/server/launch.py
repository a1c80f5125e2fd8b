"""Start PostgreSQL's programs: as the right account, with a clean environment, telling what went wrong."""

import os
import pwd
import shlex
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from avow.errors import StoreError
from avow.store.server.folder import full

MAX_WAIT = 3600
"""Longest time in seconds that recovery after a crash is waited for."""
_PATIENCE = 3.0
_ORPHANS = 30.0
_LOG_BYTES = 10 << 20
_OURS = {
    "shared_buffers": "512MB",  # taken only as it fills; an audience's index of a million people fits
    "effective_cache_size": "1GB",
    "random_page_cost": "1.1",
    "jit": "off",
    "listen_addresses": "",
    "port": "5432",
    "unix_socket_permissions": "0700",
    "log_error_verbosity": "terse",  # details of an error quote rows, and rows are about people
    "log_min_error_statement": "panic",  # statements may quote them too
    "wal_recycle": "off",  # a file of the log that is used again keeps what stood in it
    "wal_init_zero": "on",  # and a new one holds nothing of what the disk held there before
    "log_line_prefix": "%m [%p] ",
}


def clean(command: Sequence[str], who: pwd.struct_passwd | None) -> None:
    """Run a program to its end; raise StoreError with its last words if it fails."""
    process = _popen(command, who)
    said = process.communicate()[0]
    if process.returncode:
        raise _failed(Path(command[0]).name, Path(command[command.index("-D") + 1]), said)


def launch(programs: Path, data: Path, socket: Path, who: pwd.struct_passwd | None, options: Sequence[str]) -> None:
    """Start the server and wait until it answers, recovery included, telling on stderr that we wait.

    Processes of a killed server may outlive it by a moment; they are waited for too.
    """
    until = time.monotonic() + _ORPHANS
    while True:
        log = _log(data)
        before = log.stat().st_size if log.exists() else 0
        process = _popen([str(programs / "pg_ctl"), *_start(data, socket, log, options)], who)
        said = _await(process)
        if not process.returncode:
            return
        said += log.read_bytes()[before:].decode(errors="replace") if log.exists() else ""
        if "pre-existing shared memory block" not in said or time.monotonic() > until:
            raise _failed("PostgreSQL", data, said)
        time.sleep(0.5)


def told(data: Path) -> str:
    """Give the last line of the server's own log as a hint."""
    log = data / "server.log"
    lines = log.read_text(errors="replace").splitlines() if log.exists() else []
    return f"{log} ends with: {lines[-1]}" if lines else f"see {log}"


def _start(data: Path, socket: Path, log: Path, options: Sequence[str]) -> list[str]:
    quoted = '"' + str(socket).replace('"', '""') + '"'
    words = _OURS | {"unix_socket_directories": quoted}
    ours = shlex.join([word for name, value in words.items() for word in ("-c", f"{name}={value}")])
    given = " ".join([ours, *options])
    return ["-D", str(data), "-w", "-t", str(MAX_WAIT), "-s", "-l", str(log), "-o", given, "start"]


def _log(data: Path) -> Path:
    log = data / "server.log"
    if log.exists() and log.stat().st_size > _LOG_BYTES:
        log.rename(data / "server.log.1")
    return log


def _await(process: subprocess.Popen[str]) -> str:
    while True:
        try:
            return process.communicate(timeout=_PATIENCE)[0]
        except subprocess.TimeoutExpired:
            sys.stderr.write("avow: waiting for PostgreSQL (after a crash it reads its journal first)\n")


def _popen(command: Sequence[str], who: pwd.struct_passwd | None) -> subprocess.Popen[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return subprocess.Popen(  # noqa: S603 -- the programs and their arguments are our own
        command,
        user=who.pw_uid if who else None,
        group=who.pw_gid if who else None,
        extra_groups=[] if who else None,
        umask=0o077,
        env=environment,
        cwd="/",
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def _failed(program: str, data: Path, said: str) -> StoreError:
    """Say what a program's last words mean and what to do."""
    if "No space left on device" in said or "Disk quota exceeded" in said or "File too large" in said:
        return full(data)
    if "Read-only file system" in said:
        return StoreError(f"{data} is on a read-only disk", "choose another folder with AVOW_DATA")
    if "Permission denied" in said:
        return StoreError(f"{program} may not use {data}", "give it back to its account, and no other, mode 0700")
    lines = [line for line in said.splitlines() if line.strip()]
    grave = [line for line in lines if "FATAL" in line or "PANIC" in line or "error:" in line] or lines or ["no words"]
    return StoreError(f"{program} failed on {data}: {grave[0]}", f"the whole story is in {data / 'server.log'}")
