"""Be the process `avow lmtp`: one on a folder, ended cleanly by SIGTERM."""

import asyncio
import signal
import sys

from avow.config import config
from avow.errors import AvowError, ConfigError, StoreAway
from avow.lmtp.door import serve
from avow.policy.folder import load
from avow.record.shown.versions import publish
from avow.store.connect import connect
from avow.store.server.lock import alone


async def _until_told() -> None:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await serve(config().lmtp, stop)


def main() -> None:
    """Hold the folder's lock for letters and take them until told to stop, whether the store answers or not."""
    try:
        if not config().lmtp:
            raise ConfigError("AVOW_LMTP is not set", "set it to the path of a socket, or to address:port")
        lock = alone(config().data, "lmtp")
        try:
            connect()
            publish(load(config().policies))
        except StoreAway as error:
            sys.stderr.write(f"avow: {error}; letters are taken without it\n")
        asyncio.run(_until_told())
        lock.release()
    except AvowError as error:
        sys.exit(f"avow: {error}")


if __name__ == "__main__":
    main()
