"""Start, kill and stop the site as an operator does."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.journeys.place import children
from tests.journeys.test_pages import free_port, ready


def start(folder: str, bind: str) -> subprocess.Popen[bytes]:
    """Start the site and wait until it can serve."""
    environment = {**os.environ, "AVOW_DATA": f"{folder}/data", "AVOW_BIND": bind}
    served = subprocess.Popen([str(Path(sys.executable).with_name("avow")), "serve"], env=environment)
    until = time.monotonic() + 180
    while not ready(f"http://{bind}"):
        assert served.poll() is None, "avow serve ended"
        assert time.monotonic() < until, "the site does not answer"
        time.sleep(0.1)
    return served


def alive(pid: int) -> bool:
    """Say whether a process runs."""
    stat = Path(f"/proc/{pid}/stat")
    return stat.exists() and stat.read_text().rpartition(")")[2].split()[0] != "Z"


def test_a_killed_site_leaves_nothing_running_and_starts_again() -> None:
    """After kill -9 no child goes on; the next start finds the store; SIGTERM ends it all, the database too."""
    bind = f"127.0.0.1:{free_port()}"
    with tempfile.TemporaryDirectory(prefix="avow-site-") as folder:
        Path(folder).chmod(0o711)
        served = start(folder, bind)
        started = children(served.pid)
        assert len(started) >= 2
        served.kill()
        served.wait()
        until = time.monotonic() + 120
        while any(map(alive, started)):
            assert time.monotonic() < until, "a child goes on"
            time.sleep(0.1)
        again = start(folder, bind)
        again.send_signal(signal.SIGTERM)
        assert again.wait(120) == 0
        assert not (Path(folder) / "data/postgres/postmaster.pid").exists()
