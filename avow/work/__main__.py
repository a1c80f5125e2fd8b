"""Be the process `avow work`: one on a folder, ended cleanly by SIGTERM; or one of those that only send beside it."""

import gc
import os
import signal
import sys
from threading import Event

from avow.config import config, fit_for_production
from avow.errors import AvowError
from avow.store.bound import bound
from avow.store.connect import connect, mend
from avow.store.server.lock import alone
from avow.work.jobs import JOBS, SENDING
from avow.work.loop import Job, run
from avow.work.senders import SENDER, senders


def main(words: list[str]) -> None:
    """Connect, and run the jobs until told to stop: `words` are how many processes send, or who started this sender."""
    stop = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    if words[:1] == [SENDER]:
        _send(stop, int(words[1]))
        return
    try:
        fit_for_production()
        connect()
        lock = alone(config().data, "work")
    except AvowError as error:
        sys.exit(f"avow: {error}")
    gc.freeze()  # what was imported stays, and need not be looked through again and again
    with senders(int(words[0]) - 1 if words else 0) as beside:
        run(stop, (*JOBS, Job("the senders", beside.keep, every=1.0)), mend)
    lock.release()


def _send(stop: Event, parent: int) -> None:
    """Hand mail over until told to stop, or until whoever started us is no more."""
    bound()
    if os.getppid() != parent:
        sys.exit("avow: the process that started this sender is no more")
    try:
        connect()
    except AvowError as error:
        sys.exit(f"avow: {error}")
    gc.freeze()  # same
    run(stop, SENDING, mend)


if __name__ == "__main__":
    main(sys.argv[1:])
