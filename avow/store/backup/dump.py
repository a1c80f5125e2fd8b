"""Read a database out, and into one that is empty, by PostgreSQL's own programs."""

import os
import subprocess
import tempfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from typing import IO, Final

from psycopg.conninfo import conninfo_to_dict, make_conninfo

from avow.errors import BackupError
from avow.store.server.wheel import installed

_PIECE: Final = 1 << 20
_GZIP: Final = 31
"""What zlib calls the format of gzip."""
_UNKNOWN: Final = b"SET transaction_timeout = 0;\n"
"""What servers before 17 do not understand, and none needs."""


def dump(address: str, snapshot: str) -> Iterator[bytes]:
    """Give a database as of a snapshot that another connection holds, as compressed SQL, in pieces."""
    words = ["pg_dump", "--format=plain", "--no-owner", "--compress=gzip:3", f"--snapshot={snapshot}", "--dbname"]
    with tempfile.TemporaryFile() as said, _program(words, address, said, stdout=subprocess.PIPE) as process:
        assert process.stdout  # noqa: S101 -- a pipe was asked for
        try:
            while piece := process.stdout.read(_PIECE):
                yield piece
        finally:
            process.stdout.close()
            ended = process.wait()
        if ended:
            raise BackupError(
                f"the database could not be read: {_last_words(said)}", "`avow doctor` says what is wrong"
            )


def load(address: str, parts: Iterable[bytes]) -> None:
    """Make in an empty database what a dump holds, all or nothing; raise BackupError if it cannot be made."""
    words = ["psql", "--no-psqlrc", "--quiet", "--single-transaction", "-v", "ON_ERROR_STOP=1", "-f", "-", "--dbname"]
    with (
        tempfile.TemporaryFile() as said,
        _program(words, address, said, stdin=subprocess.PIPE) as process,
    ):
        assert process.stdin  # noqa: S101 -- a pipe was asked for
        whole = False
        try:
            for piece in _plain(parts):
                process.stdin.write(piece)
            whole = True
        except BrokenPipeError:
            pass  # it ended, and said why
        finally:
            if not whole:
                process.kill()  # what it did so far is undone
            _close(process.stdin)
            ended = process.wait()
        if ended or not whole:
            raise BackupError(f"the database could not be made: {_last_words(said)}", "nothing of it was kept")


def _plain(parts: Iterable[bytes]) -> Iterator[bytes]:
    """Give the SQL that was compressed, without what an older server does not know."""
    reader, first = zlib.decompressobj(_GZIP), b""
    opening = True
    for part in parts:
        data = reader.decompress(part)
        if opening:
            first += data
            if len(first) < _PIECE and not reader.eof:
                continue
            data, opening = first.replace(_UNKNOWN, b"", 1), False
        yield data
    yield first.replace(_UNKNOWN, b"", 1) if opening else b""


def _program(
    words: Sequence[str],
    address: str,
    said: IO[bytes],
    stdin: int = subprocess.DEVNULL,
    stdout: int = subprocess.DEVNULL,
) -> "subprocess.Popen[bytes]":
    """Start a program of PostgreSQL on a database; its password is in its environment, where nobody else reads it."""
    parts = conninfo_to_dict(address)
    secret = str(parts.pop("password", "") or "")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return subprocess.Popen(  # noqa: S603 -- the programs and their arguments are our own
        [str(installed() / "bin" / words[0]), *words[1:], make_conninfo("", **{n: str(v) for n, v in parts.items()})],
        env=environment | ({"PGPASSWORD": secret} if secret else {}),
        stdin=stdin,
        stdout=stdout,
        stderr=said,
    )


def _close(pipe: IO[bytes]) -> None:
    with suppress(BrokenPipeError):
        pipe.close()


def _last_words(said: IO[bytes]) -> str:
    """Give the error that a program told, without the lines that quote rows."""
    said.seek(0)
    lines = [line for line in said.read().decode(errors="replace").splitlines() if line.strip()]
    grave = [line for line in lines if "ERROR" in line or "FATAL" in line or "error:" in line]
    return (grave or lines or ["it said nothing"])[0]
