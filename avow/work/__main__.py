"""Be the process `avow work`: one on a folder, ended cleanly by SIGTERM."""

import signal
import sys
from threading import Event

from avow.config import config, fit_for_production
from avow.errors import AvowError
from avow.store.connect import connect, mend
from avow.store.server.lock import alone
from avow.work.jobs import JOBS
from avow.work.loop import run


def main() -> None:
    """Connect, hold the folder's lock for work, and run the jobs until told to stop."""
    stop = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    try:
        fit_for_production()
        connect()
        lock = alone(config().data, "work")
    except AvowError as error:
        sys.exit(f"avow: {error}")
    run(stop, JOBS, mend)
    lock.release()


if __name__ == "__main__":
    main()
