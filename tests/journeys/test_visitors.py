"""Visit the site with marks in everything that a browser tells, and find none of them on the disk."""

import os
import signal
import subprocess
from pathlib import Path
from time import monotonic, sleep
from urllib.request import Request, urlopen

from tests.journeys.marked import found
from tests.journeys.place import AVOW, ROOT, Place, ground
from tests.journeys.test_pages import free_port, ready

AGENT = "Mozilla/5.0 (X11; rv:140.0; agentcanary) Gecko/20100101 Firefox/140.0"
CANARIES = ["agentcanary", "203.0.113.77", "pathcanary", "labelcanary", "langcanary"]
HEADERS = {
    "User-Agent": AGENT,
    "X-Forwarded-For": "203.0.113.77",
    "Referer": "https://labelcanary.example.org/pathcanary",
    "Accept-Language": "de-langcanary",
}


def _visited(address: str) -> None:
    for path in ("/policy/", "/policy/", "/policy/", "/", "/register/", "/choices/"):
        with urlopen(Request(address + path, headers=HEADERS), timeout=10) as answer:  # noqa: S310 -- our own site
            assert answer.status == 200


def _served(place: Place, log: Path) -> subprocess.Popen[bytes]:
    with log.open("ab") as out:
        process = subprocess.Popen([str(AVOW), "serve"], env=place.environment, cwd=ROOT, stdout=out, stderr=out)
    until = monotonic() + 180
    while not ready(f"http://{place.settings['AVOW_BIND']}"):
        assert process.poll() is None, log.read_text()
        assert monotonic() < until
        sleep(0.2)
    return process


def test_nothing_that_a_browser_tells_is_on_the_disk() -> None:
    """While it runs, after a stop and after kill -9: data files, WAL and log hold the counts, and no mark."""
    with ground() as folder:
        place = Place(folder / "data", {"AVOW_BIND": f"127.0.0.1:{free_port()}"})
        for end in (signal.SIGTERM, signal.SIGKILL):
            process = _served(place, folder / "log")
            _visited(f"http://{place.settings['AVOW_BIND']}")
            sleep(6)
            assert {name.partition("/")[0] for name, _ in found(folder, ["Firefox"])} == {"data"}
            assert found(folder, CANARIES) == set()
            os.kill(process.pid, end)
            process.wait(120)
            assert found(folder, CANARIES) == set()
