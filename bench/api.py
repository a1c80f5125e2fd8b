"""Measure decisions that programs ask the running site for: one a request, on two processes, whoever is asked about."""

import json
import os
import random
import socket
import subprocess
import sys
import tempfile
import threading
import time
from http import HTTPStatus
from pathlib import Path

from bench.site import answer, serving

PEOPLE, CLIENTS, SECONDS = 2_000, 32, 10
CAST = """
import json, sys
import avow.cli  # it readies Django
from avow.store.connect import connect
connect()
from avow.record.programs.token import make
from avow.record.programs.acts import ProgramAct
from avow.terms import ChannelKind
from avow.record.known.address import parse
from avow.record.known.identity import verify
from tests.journeys.invited import gave
people = []
for n in range(int(sys.argv[1])):
    address = f"p{n}@example.org"
    people.append(gave(address, ChannelKind.REGISTRATION, "Ada Example"))
    verify(people[-1], parse(address).exact_id, "bench")
print(json.dumps([make("bench", "offers", [ProgramAct.DECIDE], 1, "bench"), [*map(str, people)]]))
"""
"""Registers people, and makes a token; prints both."""
POST = """POST /api/decisions HTTP/1.1\r
Host: 127.0.0.1:{port}\r
Authorization: Bearer {token}\r
Content-Type: application/json\r
Content-Length: {length}\r
\r
{body}"""


def run() -> list[dict[str, object]]:
    """Serve with two processes, and ask for decisions about people drawn from all, by number and by address."""
    with tempfile.TemporaryDirectory(prefix="avow-bench-") as name:
        Path(name).chmod(0o711)
        data = Path(name) / "var"
        with serving(data, "--no-work", "--workers", "2") as (port, _, _):
            token, people = _cast(data)
            rate = _asked(port, token, people)
    return [
        {
            "name": "decision",
            "value": round(rate),
            "unit": "a second",
            "against": f"limit; one a request, each in the ledger, two processes and {CLIENTS} clients",
            "ratio": round(rate),
            "resolve": 1_500,
            "goal": 3_000,
            "better": "higher",
        }
    ]


def _cast(data: Path) -> tuple[str, list[str]]:
    env = os.environ | {"AVOW_DATA": str(data), "DJANGO_SETTINGS_MODULE": "avow.settings"}
    command = [sys.executable, "-c", CAST, str(PEOPLE)]
    done = subprocess.run(command, env=env, stdout=subprocess.PIPE, check=True)
    token, people = json.loads(done.stdout)
    return str(token), [str(one) for one in people]


def _request(port: int, token: str, place: int, person: str) -> bytes:
    """Write a question about a person by number, or by address."""
    body = json.dumps({"person": person} if place % 2 else {"email": f"p{place}@example.org"})
    return POST.format(port=port, token=token, length=len(body), body=body).encode()


def _asked(port: int, token: str, people: list[str]) -> float:
    """Ask from several clients for some seconds, once the first second is over, and give the answers a second."""
    asked = [0] * CLIENTS
    written = [_request(port, token, place, person) for place, person in enumerate(people)]
    begins = time.monotonic() + 1
    until = begins + SECONDS

    def client(number: int) -> None:
        drawn = random.Random(number)  # noqa: S311 -- a draw, not a secret
        with socket.create_connection(("127.0.0.1", port), 30) as wire, wire.makefile("rb") as answers:
            while (now := time.monotonic()) < until:
                wire.sendall(drawn.choice(written))
                status, words = answer(answers)
                if status != HTTPStatus.OK or b'"allowed":true' not in words:
                    raise AssertionError(f"a decision answered {status}: {words.decode()}")
                asked[number] += now >= begins

    threads = [threading.Thread(target=client, args=(number,)) for number in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(asked) / SECONDS
