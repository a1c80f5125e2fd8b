"""Be the process `avow lmtp`: one on a folder, with its further hands, ended cleanly by SIGTERM."""

import asyncio
import signal
import socket
import sys

from avow.config import config
from avow.errors import AvowError, ConfigError, StoreAway
from avow.lmtp.door import listen, serve
from avow.lmtp.hands import HAND, Hands, hands
from avow.policy.folder import load
from avow.record.shown.versions import publish
from avow.store.connect import connect
from avow.store.server.lock import alone


async def _until_told(at: socket.socket, hands: Hands | None = None) -> None:
    """Take letters until told to stop; a further hand is told by the end of its input too."""
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    if hands is None:
        loop.add_reader(sys.stdin.fileno(), stop.set)
    await serve(at, stop, hands)


def main() -> None:
    """Hold the folder's lock for letters and take them until told to stop, whether the store answers or not."""
    try:
        if not config().lmtp:
            raise ConfigError("AVOW_LMTP is not set", "set it to the path of a socket, or to address:port")
        lock = alone(config().data, "lmtp")
        _connected()
        with listen(config().lmtp) as at, hands(at) as others:
            others.keep()
            sys.stdout.write(f"Avow takes letters at {config().lmtp}\n")
            sys.stdout.flush()
            asyncio.run(_until_told(at, others))
        lock.release()
    except AvowError as error:
        sys.exit(f"avow: {error}")


def hand(number: int) -> None:
    """Take letters at the socket of the process that holds the lock, for as long as it does."""
    with socket.socket(fileno=number) as at:
        _connected()
        asyncio.run(_until_told(at))


def _connected() -> None:
    """Have the store ready, if it answers."""
    try:
        connect()
        publish(load(config().policies))
    except StoreAway as error:
        sys.stderr.write(f"avow: {error}; letters are taken without it\n")


if __name__ == "__main__":
    hand(int(sys.argv[2])) if sys.argv[1:2] == [HAND] else main()
