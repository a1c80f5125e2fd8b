"""Share one embedded server among the processes on a folder: the first starts it, the last stops it."""

import atexit
import os
import sys

from avow.config import ROOTS_DATA, account
from avow.errors import StoreAway
from avow.store.server.embedded import Embedded
from avow.store.server.folder import private
from avow.store.server.lock import Lock

_attached: dict[Embedded, tuple[int, Lock]] = {}


def attach(server: Embedded) -> None:
    """Use the server that runs on the folder, or start it; whoever ends last stops it, however the others ended."""
    if _attached.get(server, (0,))[0] == os.getpid():
        return
    private(server.folder, account())
    turn, users = Lock(server.folder / "start.lock"), Lock(server.folder / "users.lock")
    turn.wait()
    try:
        users.share()
        if not server.running():
            if not server.exists:
                sys.stderr.write(f"avow: making a new store in {server.folder}{_reason(server)}\n")
            server.start()
        server.wait()
    except BaseException:
        users.release()
        raise
    finally:
        turn.release()
    _attached[server] = (os.getpid(), users)
    atexit.register(detach, server)


def revive(server: Embedded) -> None:
    """Start the server again if it ended under us; whoever comes first does it, the others find it running.

    Raises StoreAway if what it kept is not there: a new store never takes the place of one that was in use.
    """
    turn = Lock(server.folder / "start.lock")
    turn.wait()
    try:
        if not server.running():
            if not server.exists:
                raise StoreAway(f"the store in {server.data} is gone", "put the folder back as it was")
            sys.stderr.write(f"avow: PostgreSQL on {server.folder} ended; it is started again\n")
            server.start()
        server.wait()
    finally:
        turn.release()


def _reason(server: Embedded) -> str:
    """Say why a store is not under the working folder, if nobody chose that."""
    if server.folder != ROOTS_DATA or "AVOW_DATA" in os.environ:
        return ""
    return ", because PostgreSQL does not run as root and its account cannot reach the working folder"


def detach(server: Embedded) -> None:
    """Stop the server if nobody else uses it; a forked child leaves that to the process that attached."""
    pid, users = _attached.get(server, (0, None))
    if users is None or pid != os.getpid():
        return
    del _attached[server]
    turn = Lock(server.folder / "start.lock")
    turn.wait()
    try:
        if users.seize():
            server.stop()
    finally:
        users.release()
        turn.release()
