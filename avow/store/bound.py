"""End with the process that started us, however that one ends."""

import ctypes
import signal

_PARENT_DEATH_SIGNAL = 1
"""PR_SET_PDEATHSIG of prctl(2)."""


def bound(number: signal.Signals = signal.SIGTERM) -> None:
    """Ask the kernel for a signal when our parent is no more; it outlasts exec. Only Linux has it."""
    prctl = getattr(ctypes.CDLL(None), "prctl", None)
    if prctl is not None:
        prctl(_PARENT_DEATH_SIGNAL, int(number), 0, 0, 0)
