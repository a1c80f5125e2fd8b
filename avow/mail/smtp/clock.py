"""Measure time that goes on while the machine sleeps: a lease must not outlive a suspended night."""

import sys
import time


def elapsed() -> float:
    """Give seconds since the machine was started, its sleep included; never goes backwards."""
    return time.clock_gettime(time.CLOCK_BOOTTIME) if sys.platform == "linux" else time.monotonic()
