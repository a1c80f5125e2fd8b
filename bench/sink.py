"""Run Debian's smtp-sink, and hand messages to any mail server by Debian's smtp-source, to compare with."""

import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager

from bench.site import free_port

SINK, SOURCE = "/usr/sbin/smtp-sink", "/usr/sbin/smtp-source"
CONNECTIONS = 10


@contextmanager
def sinking() -> Iterator[int]:
    """Run a mail server that takes everything and keeps nothing; give its port."""
    port = free_port()
    with subprocess.Popen([SINK, "-u", "nobody", f"127.0.0.1:{port}", "1000"]) as process:
        time.sleep(0.5)
        try:
            yield port
        finally:
            process.terminate()


def source(port: int, count: int, size: int, *, each: bool = False) -> float:
    """Hand so many messages of so many bytes over on ten connections that stay; give messages a second.

    They all go to one address; with `each`, each to its own (smtp-source(1), -N: one alone is found in every cache).
    """
    words = ["-d", "-s", str(CONNECTIONS), "-l", str(size), "-m", str(count), *["-N"] * each]
    words += ["-f", "bench@example.com", "-t", "person@example.org"]
    started = time.perf_counter()
    subprocess.run([SOURCE, *words, f"127.0.0.1:{port}"], check=True)
    return count / (time.perf_counter() - started)
