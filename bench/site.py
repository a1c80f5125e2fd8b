"""Measure the running site: start-up, memory, registrations a second on one process."""

import os
import re
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from pathlib import Path
from typing import BinaryIO
from urllib.parse import urlencode

AVOW = Path(sys.executable).parent / "avow"
CLIENTS, SECONDS, FORMS = 8, 10, 50
POST = """POST /register/ HTTP/1.1\r
Host: 127.0.0.1:{port}\r
X-Forwarded-For: {network}\r
Content-Type: application/x-www-form-urlencoded\r
Content-Length: {length}\r
\r
{body}"""


def free_port() -> int:
    """Give a port that nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextmanager
def serving(data: Path, *options: str) -> Iterator[tuple[int, int, float]]:
    """Run the site on a folder, behind a proxy that is ours; give port, process id, seconds until it answered."""
    port = free_port()
    env = os.environ | {"AVOW_DATA": str(data), "AVOW_BIND": f"127.0.0.1:{port}", "AVOW_PROXIES": "1"}
    started = time.monotonic()
    process = subprocess.Popen([AVOW, "serve", *options], env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        while True:
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=1).close()
                break
            except OSError:
                if process.poll() is not None or time.monotonic() - started > 120:
                    raise
                time.sleep(0.05)
        yield port, process.pid, time.monotonic() - started
    finally:
        process.terminate()
        process.wait(60)


def memory(pid: int) -> dict[str, float]:
    """Give the resident megabytes of the process and those below it, by their command."""
    found: dict[str, float] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parent = int(re.search(r"PPid:\s+(\d+)", (folder / "status").read_text())[1])  # type: ignore[index]  # always there
            if parent == pid or int(folder.name) == pid:
                rss = int(re.search(r"VmRSS:\s+(\d+)", (folder / "status").read_text())[1]) / 1024  # type: ignore[index]  # same
                found[f"{(folder / 'cmdline').read_bytes().replace(bytes(1), b' ').decode()[:60]} {folder.name}"] = rss
        except (OSError, TypeError):
            continue
    return found


def run() -> list[dict[str, object]]:
    """Start twice, then post registrations for some seconds."""
    with tempfile.TemporaryDirectory(prefix="avow-bench-") as name:
        Path(name).chmod(0o711)
        data = Path(name) / "var"
        with serving(data, "--no-work"):
            pass
        with serving(data, "--no-work") as (port, pid, seconds):
            rate = posts(port)
            used = memory(pid)
    web = max(used.values())
    return [
        {
            "name": "start",
            "value": round(seconds, 2),
            "unit": "s",
            "against": "limit",
            "ratio": round(seconds, 2),
            "resolve": 3,
            "goal": 2,
            "better": "lower",
        },
        {
            "name": "memory",
            "value": round(web),
            "unit": "MB",
            "against": "limit",
            "ratio": round(web),
            "resolve": 150,
            "goal": 100,
            "better": "lower",
        },
        {
            "name": "registration",
            "value": round(rate),
            "unit": "POST/s",
            "against": "limit",
            "ratio": round(rate),
            "resolve": 200,
            "goal": 400,
            "better": "higher",
        },
    ]


def posts(port: int) -> float:
    """Post the registration form from several clients and give the answers a second that took it.

    The clients stand for many: the proxy that they play names another network after a few dozen forms.
    """
    page = urllib.request.urlopen(f"http://127.0.0.1:{port}/register/", timeout=10).read().decode()
    hidden = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', page))
    taken = [0] * CLIENTS
    until = time.monotonic() + SECONDS

    def client(number: int) -> None:
        with socket.create_connection(("127.0.0.1", port), 30) as wire, wire.makefile("rb") as answers:
            while time.monotonic() < until:
                network = f"10.{number}.{taken[number] // FORMS >> 8}.{taken[number] // FORMS & 255}"
                email = f"p{number}.{taken[number]}@example.org"
                body = urlencode({**hidden, "contact.email": email, "profile.name": "Ada Example"})
                wire.sendall(POST.format(port=port, network=network, length=len(body), body=body).encode())
                status, words = answer(answers)
                if status != HTTPStatus.OK:
                    raise AssertionError(f"registration answered {status}: {words.decode()}")
                taken[number] += 1

    threads = [threading.Thread(target=client, args=(number,)) for number in range(CLIENTS)]
    started = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(taken) / (time.monotonic() - started)


def answer(wire: BinaryIO) -> tuple[int, bytes]:
    """Read one answer, which comes in chunks: its status and body."""
    status, body = int(wire.readline().split()[1]), b""
    while wire.readline().strip():
        pass
    while size := int(wire.readline(), 16):
        body += wire.read(size + 2)[:size]
    wire.readline()
    return status, body
