"""Keep to the pace that is set for a recipient's domain, together with every other process on this folder."""

import json
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Final

from avow.config import config, paces
from avow.store.server.lock import Lock

_AT_ONCE: Final = 5.0
"""Seconds whose share may go at once."""

Turn = tuple[float, float]
"""When the next message is due by the pace, and until when turns are given away (seconds of the clock)."""


def put_off(domains: Sequence[str]) -> list[float]:
    """Give for each message, by its domain, how many seconds it is to wait; 0 where it may go now and is counted."""
    set_ = paces(config().throttle)
    if not set_ or set_.keys().isdisjoint(domains):
        return [0.0] * len(domains)
    lock = Lock(config().data / "pace")
    lock.wait()
    try:
        turns = _read(lock)
        waits = _waits(set_, domains, turns, time.time())
        _write(lock, turns)
        return waits
    finally:
        lock.release()


def _waits(paces: Mapping[str, int], domains: Sequence[str], turns: dict[str, Turn], now: float) -> list[float]:
    """Count each message in, or give it a turn behind those that wait already."""
    waits = []
    for domain in domains:
        if domain not in paces:
            waits.append(0.0)
            continue
        step = 60 / paces[domain]
        due, last = turns.get(domain, (now, now))
        if due > now + _AT_ONCE + step:  # the clock was put back
            due = last = now
        due = max(due, now)
        if due < now + max(step, _AT_ONCE):
            waits.append(0.0)
            turns[domain] = due + step, last
        else:
            last = max(last, due) + step
            waits.append(last - now)
            turns[domain] = due, last
    return waits


def _read(lock: Lock) -> dict[str, Turn]:
    with suppress(OSError, ValueError, TypeError):
        return {domain: (float(due), float(last)) for domain, (due, last) in json.loads(lock.path.read_text()).items()}
    return {}


def _write(lock: Lock, turns: Mapping[str, Turn]) -> None:
    with suppress(OSError):  # a disk that is full slows nobody down, and lets nobody wait
        lock.path.write_text(json.dumps(turns))
