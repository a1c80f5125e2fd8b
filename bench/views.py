"""Measure pages that are counted against the same pages uncounted, as a browser that fetches ahead asks for them."""

import socket
import tempfile
import threading
import time
from http import HTTPStatus
from pathlib import Path

from bench.site import answer, serving

CLIENTS, SECONDS, ROUNDS = 8, 2.0, 4
GET = "GET /register/ HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUser-Agent: {agent}\r\n{more}\r\n"
AGENT = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
AHEAD = "Sec-Purpose: prefetch\r\n"


def run() -> list[dict[str, object]]:
    """Serve on a folder of its own with one process, and open its pages."""
    with tempfile.TemporaryDirectory(prefix="avow-bench-") as name:
        Path(name).chmod(0o711)
        with serving(Path(name) / "var", "--no-work") as (port, _, _):
            return views(port)


def views(port: int) -> list[dict[str, object]]:
    """Ask for one page in turns, counted and not, and give the ratio of the answers a second."""
    found = {"": 0.0, AHEAD: 0.0}
    for turn in range(2 * ROUNDS):
        more = ("", AHEAD)[turn % 2]
        found[more] += _pages(port, more) / ROUNDS
    counted, plain = found[""], found[AHEAD]
    return [
        {
            "name": "counted pages",
            "value": round(counted),
            "unit": "pages/s",
            "against": f"the same page uncounted, {plain:.0f}/s",
            "ratio": round(counted / plain, 2),
            "resolve": 0.8,
            "goal": 0.95,
            "better": "higher",
        }
    ]


def _pages(port: int, more: str) -> float:
    """Open a page from several clients for some seconds, and give the answers a second."""
    opened, until = [0] * CLIENTS, time.monotonic() + SECONDS
    words = GET.format(port=port, agent=AGENT, more=more).encode()

    def client(number: int) -> None:
        with socket.create_connection(("127.0.0.1", port), 30) as wire, wire.makefile("rb") as answers:
            while time.monotonic() < until:
                wire.sendall(words)
                status, _ = answer(answers)
                if status != HTTPStatus.OK:
                    raise AssertionError(f"the page answered {status}")
                opened[number] += 1

    threads = [threading.Thread(target=client, args=(number,)) for number in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(opened) / SECONDS
