"""Make the folders of a store private to those who need them, and say what is wrong with one that cannot serve."""

import errno
import hashlib
import os
import pwd
import stat
from pathlib import Path

from avow.config import ROOTS_DATA, reachable
from avow.errors import StoreError

_SHARED = Path("/tmp")  # noqa: S108 -- what we make there is 0700, and its owner is checked
RESTORING = "restoring"
"""Folder in which a store is restored; while it is there, the restore is not finished."""
_SOCKET_BYTES = 107
"""Longest path of a Unix socket (unix(7): sun_path holds 108 bytes with its end)."""


def private(folder: Path, who: pwd.struct_passwd | None) -> None:
    """Make a folder that we own and may write; under root the account may pass through it, and nobody else.

    Raises StoreError if it is somebody else's, read-only, on a full disk, or out of the account's reach.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _ours(folder, os.geteuid())
        _writable(folder)
    except OSError as error:
        raise refused(folder, error) from error
    if who and not reachable(folder, who):
        os.chown(folder, -1, who.pw_gid)
        folder.chmod(folder.stat().st_mode | 0o010)
    if not reachable(folder, who):
        raise StoreError(
            f"{who.pw_name if who else 'we'} cannot reach {folder}, and PostgreSQL does not run as root",
            f"choose a folder that the account reaches, such as AVOW_DATA={ROOTS_DATA}, or do not run as root",
        )


def handed(folder: Path, who: pwd.struct_passwd | None) -> None:
    """Make a folder of the account's own, mode 0700; raise StoreError if it is somebody else's."""
    try:
        folder.mkdir(mode=0o700)
        if who:
            os.chown(folder, who.pw_uid, who.pw_gid)
    except FileExistsError:
        _ours(folder, who.pw_uid if who else os.geteuid())
        folder.chmod(0o700)
    except OSError as error:
        raise refused(folder, error) from error


def socket_folder(folder: Path) -> Path:
    """Give where the socket of a store lives: in it, or under /tmp where no client could be given that path.

    It may be too long, and a comma separates hosts (PostgreSQL, 32.1.1.3).
    """
    inside = folder.resolve() / "socket"
    if len(os.fsencode(inside / ".s.PGSQL.5432")) <= _SOCKET_BYTES and "," not in str(inside):
        return inside
    return _SHARED / f"avow-{hashlib.sha256(os.fsencode(folder.resolve())).hexdigest()[:16]}"


def _ours(folder: Path, uid: int) -> None:
    """Refuse what is no folder of this account; a link laid in the place by another is not followed."""
    found = folder.lstat() if folder.is_symlink() and folder.parent == _SHARED else folder.stat()
    if not stat.S_ISDIR(found.st_mode):
        raise StoreError(f"{folder} is not a folder", "move it away, or choose another folder with AVOW_DATA")
    if found.st_uid != uid:
        raise StoreError(
            f"{folder} belongs to {_name(found.st_uid)}, not to {_name(uid)}",
            f"run as {_name(found.st_uid)}, or choose another folder with AVOW_DATA",
        )


def _name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"the account {uid}"


def _writable(folder: Path) -> None:
    trial = folder / f".trial.{os.getpid()}"
    try:
        trial.write_bytes(b"avow" * 1024)
    finally:
        trial.unlink(missing_ok=True)


def refused(folder: Path, error: OSError) -> StoreError:
    """Say why a folder cannot serve, and what to do."""
    match error.errno:
        case errno.ENOSPC | errno.EDQUOT:
            return full(folder)
        case errno.EROFS:
            return StoreError(f"{folder} is on a read-only disk", "choose another folder with AVOW_DATA")
        case errno.EACCES | errno.EPERM:
            return StoreError(
                f"we may not write in {folder}", "give it to this account, or choose another folder with AVOW_DATA"
            )
    return StoreError(f"{folder} cannot serve: {error.strerror or error}", "choose another folder with AVOW_DATA")


def full(folder: Path) -> StoreError:
    """Say that the disk is full."""
    return StoreError(f"the disk of {folder} is full", "make room and start again; nothing that was committed is lost")


def whole(folder: Path) -> None:
    """Refuse a folder in which a restore was interrupted."""
    if (folder / RESTORING).exists():
        raise StoreError(f"a restore into {folder} was interrupted", "run `avow restore` again, from its beginning")
