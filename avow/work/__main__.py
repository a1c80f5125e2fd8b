"""Be the process `avow work`: one on a folder, and any number beside it; ended cleanly by SIGTERM."""

import signal
import sys
from collections.abc import Sequence
from threading import Event

from avow.config import config, fit_for_production
from avow.errors import AvowError
from avow.store.connect import connect, mend
from avow.store.server.lock import alone
from avow.work.jobs import BESIDE, JOBS
from avow.work.loop import run


def main(words: Sequence[str] = ()) -> None:
    """Connect, hold the folder's lock for work unless beside who has it, and run the jobs until told to stop."""
    beside = "--beside" in words
    stop = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    try:
        fit_for_production()
        connect()
        lock = None if beside else alone(config().data, "work")
    except AvowError as error:
        sys.exit(f"avow: {error}")
    run(stop, BESIDE if beside else JOBS, mend)
    if lock:
        lock.release()


if __name__ == "__main__":
    main(sys.argv[1:])
