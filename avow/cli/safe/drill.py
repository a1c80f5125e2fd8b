"""Try whether a backup would serve, in a folder beside, and touch nothing that is live: `avow backup drill`."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

import psycopg
import typer

from avow.cli.ledger import verified
from avow.cli.safe.bar import bar
from avow.cli.safe.secret import of
from avow.cli.screen import screen, table
from avow.config import account, config
from avow.errors import AvowError, BackupError
from avow.record.again.state import Rows, allowed, persons, refusals, rows
from avow.record.journal.journal import journalled
from avow.store.backup.backup import backup
from avow.store.connect import address, connect
from avow.store.journal.folder import folder as journal
from avow.store.server.attach import attach, detach
from avow.store.server.embedded import Embedded
from avow.store.server.folder import private


@dataclass(slots=True)
class Drill:
    """A folder beside, what was tried in it, and how each trial ended: (what, found, seconds, good)."""

    folder: Path
    secret: Path | None
    told: list[tuple[str, str, float, bool]] = field(default_factory=list)

    def trial(self, what: str, act: Callable[[], str]) -> bool:
        """Try one thing; what is wrong with it is told like what is right."""
        started = time.monotonic()
        try:
            found, good = act(), True
        except AvowError as error:
            found, good = str(error), False
        self.told.append((what, found, time.monotonic() - started, good))
        return good

    def avow(self, *words: str, journal_at: str = "journal") -> str:
        """Run the command on the folder, as an operator would after a disaster, and give what it said last."""
        plain = {name: value for name, value in os.environ.items() if name not in _LIVE}
        ours = {"AVOW_DATA": str(self.folder / "data"), "AVOW_JOURNAL": str(self.folder / journal_at)}
        ours |= {"AVOW_POLICIES": str(self.folder / "policies"), **dict.fromkeys(_LIVE, "")}
        secret = ["--passphrase-file", str(self.secret)] if self.secret and words[-1].endswith(_NAME) else []
        done = subprocess.run(  # noqa: S603 -- our own program
            [sys.argv[0], *words, *secret],
            env=plain | ours,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise BackupError(" ".join((done.stderr or done.stdout).split())[-500:], "this backup would not serve")
        return (done.stdout.strip().splitlines() or [""])[-1]

    @contextmanager
    def store(self) -> Iterator[psycopg.Connection]:
        """Look into the store that was made."""
        server = Embedded(self.folder / "data")
        attach(server)
        try:
            with psycopg.connect(server.url("avow_backup")) as found:
                yield found
        finally:
            detach(server)


_LIVE = ("DATABASE_URL", "AVOW_OWNER_URL", "AVOW_BACKUP_URL")
_NAME = "backup.avow"


def drill(
    file: Annotated[
        Path | None, typer.Argument(metavar="[FILE]", help="A backup to be tried; a new one is made if left out.")
    ] = None,
    passphrase_file: Annotated[
        Path | None, typer.Option("--passphrase-file", help="File with the passphrase of FILE.")
    ] = None,
) -> None:
    """Back up, restore into a folder beside, replay a copy of the journal there, and compare; nothing live is touched.

    Ends with status 1 if the backup would not serve. It needs about as much room as the store.
    """
    if file is not None:
        of(file, passphrase_file)
    connect()
    private(config().data, account())
    with tempfile.TemporaryDirectory(prefix="drill-", dir=config().data, ignore_cleanup_errors=True) as made:
        folder = Path(made)
        private(folder, account())
        found = Drill(folder, passphrase_file.absolute() if passphrase_file else None)
        good = _go(found, file)
    lines = table("", "what", "found", "seconds")
    for what, told, seconds, right in found.told:
        lines.add_row("[green]ok[/]" if right else "[red]wrong[/]", what, told, f"{seconds:.1f}")
    screen().print(lines)
    screen().print("This backup would serve." if good else "This backup would not serve.")
    raise typer.Exit(0 if good else 1)


def _go(found: Drill, file: Path | None) -> bool:
    """Try everything in order; the first that fails ends it."""
    before: dict[str, Rows] = {}
    copy = found.folder / _NAME
    live: dict[str, int] = {}
    trials: tuple[tuple[str, Callable[[], str]], ...] = (
        ("back up" if file is None else "take the backup", lambda: _copy(copy, file, before)),
        ("restore beside", lambda: _restore(found, copy)),
        ("the same rows", lambda: _same(found, before.get("rows"))),
        ("copy the journal", lambda: _journal(found, live)),
        ("replay", lambda: found.avow("restore", "--replay")),
        ("what is refused here is refused there", lambda: _refused(found, live)),
        ("the restored ledger", lambda: found.avow("ledger", "fsck")),
        ("the live ledger", _fsck),
    )
    return all(found.trial(what, act) for what, act in trials)


def _copy(copy: Path, file: Path | None, before: dict[str, Rows]) -> str:
    if file is not None:
        copy.symlink_to(file.absolute())
        return f"{file}, {file.stat().st_size / 1e6:.1f} MB"
    with bar() as stage:
        made = backup(copy, tick=stage("copying", None), beside=lambda found: before.update(rows=rows(found)))
    return f"{made.bytes / 1e6:.1f} MB, {made.manifest.size} leaves of the ledger"


def _restore(found: Drill, copy: Path) -> str:
    found.avow("restore", "--journal-lost", str(copy), journal_at="none")
    return "a store was made of it"


def _same(found: Drill, before: Rows | None) -> str:
    """Compare row by row with the instant of the backup, where that is known."""
    with found.store() as there:
        after = rows(there)
    total = sum(count for count, _ in after.values())
    if before is None:
        return f"{total} rows in {len(after)} tables; of an older backup nothing else is known"
    wrong = sorted(name for name in before if before[name] != after.get(name))
    if wrong:
        raise BackupError(f"other rows in {', '.join(wrong)}", "tell the makers of Avow")
    return f"{total} rows in {len(after)} tables are the same"


def _journal(found: Drill, live: dict[str, int]) -> str:
    """See first what is refused, then copy the journal: whatever was refused by then must be in it."""
    if not journalled():
        raise BackupError("the journal lags behind", "`avow doctor` says why")
    with psycopg.connect(address("avow_backup")) as here:
        live.update(refusals(here))
    shutil.copytree(journal(), found.folder / "journal")
    return f"{sum(path.stat().st_size for path in journal().glob('*.log')) / 1e6:.1f} MB"


def _refused(found: Drill, live: dict[str, int]) -> str:
    with found.store() as there:
        wrong = list(allowed(live, refusals(there), persons(there)))
    if wrong:
        raise BackupError(f"{len(wrong)} refusals are missing, the first of {wrong[0]}", "this backup would not serve")
    return f"{len(live)} people and mailboxes"


def _fsck() -> str:
    report = verified()
    if not report.ok:
        raise BackupError(f"{report.wrong} disagreements", "`avow ledger fsck` tells them")
    return f"{report.entries} entries, everything agrees"
