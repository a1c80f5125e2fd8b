"""Clean a file in a process of its own, which may use little memory and time, whatever the file makes it do."""

import os
import re
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from time import monotonic
from typing import Final

from avow.mail.inbound.enclosed import LARGEST, Sent
from avow.record.matters.enclosed import File

SECONDS: Final = 20.0
"""Longest time that the files of one letter are worked on."""
_ALL: Final = 2 * LARGEST
"""Bytes of all files of one letter that are kept."""
_BROKEN: Final = "it cannot be read"


def cleaned(files: Sequence[Sent]) -> tuple[File, ...]:
    """Give each file without what it tells of its maker; one that cannot be cleaned is named, and not kept."""
    end = monotonic() + SECONDS
    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(lambda one: _cleaned(one, end), files))
    left = _ALL
    for number, one in enumerate(found):
        left -= len(one.data)
        if left < 0:
            found[number] = File(one.name, "", b"", "the files of this letter are too large together")
    return tuple(found)


def _cleaned(one: Sent, end: float) -> File:
    if one.data is None:
        return File(one.name, "", b"", f"it is larger than {LARGEST // 1_000_000} MB")
    try:
        done = subprocess.run(
            [sys.executable, "-P", "-m", "avow.collection.matters.cleaned"],
            env={"PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
            cwd="/",
            input=one.data,
            capture_output=True,
            timeout=max(0.0, end - monotonic()),
            check=False,
        )
    except (subprocess.TimeoutExpired, OSError):
        return File(one.name, "", b"", _BROKEN)
    head, _, data = done.stdout.partition(b"\n")
    word, _, rest = head.decode("ascii", "replace").partition(" ")
    if done.returncode or word != "kept" or not data:
        return File(one.name, "", b"", rest if word == "refused" else _BROKEN)
    kind, _, suffix = rest.partition(" ")
    return File(f"{re.sub(r'[.][A-Za-z0-9]{1,5}$', '', one.name)}.{suffix}", kind, data)
