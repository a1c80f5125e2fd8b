"""Send what no browser sends: bodies that do not end, and requests that end at one instant."""

import socket
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from http.client import HTTPResponse
from pathlib import Path
from select import select
from threading import Barrier
from urllib.parse import urlencode

from tests.journeys.place import children

GIGABYTE = 1_000_000_000
_BLOCK = b"a" * 100_000
_CHUNK = b"%x\r\n%b\r\n" % (len(_BLOCK), _BLOCK)
_FORM = "application/x-www-form-urlencoded"
_PATIENCE = 120


def _opened(site: str, path: str, *headers: str) -> socket.socket:
    """Begin a POST of a form as a page of the same site does."""
    host, _, port = site.removeprefix("http://").partition(":")
    line = socket.create_connection((host, int(port)), timeout=_PATIENCE)
    first = (f"POST {path} HTTP/1.1", f"Host: {host}:{port}", f"Origin: {site}", f"Content-Type: {_FORM}", *headers)
    line.sendall("\r\n".join((*first, "", "")).encode())
    return line


def _read(line: socket.socket) -> tuple[int, str]:
    """Read the answer: its status and its words."""
    answer = HTTPResponse(line)
    answer.begin()
    return answer.status, answer.read().decode()


def pour(site: str, path: str, *, chunked: bool) -> tuple[int, str, int]:
    """Send a gigabyte until answered, or until the end; give status, words, and how many bytes went out.

    Raises AssertionError where the server does not end the connection after its answer.
    """
    length = "Transfer-Encoding: chunked" if chunked else f"Content-Length: {GIGABYTE}"
    with _opened(site, path, length) as line:
        sent, until, rest = 0, time.monotonic() + _PATIENCE, b""
        with suppress(ConnectionError):  # it has hung up: what it said can still be read
            while sent < GIGABYTE and not select([line], [], [], 0)[0]:
                assert time.monotonic() < until, "nobody answers"
                rest = rest or (_CHUNK if chunked else _BLOCK)
                gone = line.send(rest)
                sent, rest = sent + gone, rest[gone:]
        status, words = _read(line)
        with suppress(ConnectionError):
            assert not line.recv(1), "the connection goes on"
    return status, words, sent


def at_one_instant(site: str, path: str, typed: Mapping[str, str], many: int) -> Sequence[tuple[int, str]]:
    """Post one form many times, each on a connection of its own; the last byte of all goes out together."""
    body, meet = urlencode(typed).encode(), Barrier(many)

    def post(_: int) -> tuple[int, str]:
        with _opened(site, path, f"Content-Length: {len(body)}") as line:
            line.sendall(body[:-1])
            meet.wait(_PATIENCE)
            line.sendall(body[-1:])
            return _read(line)

    with ThreadPoolExecutor(many) as threads:
        return list(threads.map(post, range(many)))


def resident(served: int) -> int:
    """Give the bytes that the processes which a server started hold in memory."""
    pages = (int(Path(f"/proc/{one}/statm").read_text().split()[1]) for one in children(served))
    return sum(pages) * 4096


def server_of(parent: int, bind: str) -> int:
    """Give the process that a parent started to serve an address."""
    named = f"AVOW_BIND={bind}".encode()
    found = [one for one in children(parent) if named in Path(f"/proc/{one}/environ").read_bytes().split(b"\0")]
    assert len(found) == 1
    return found[0]
