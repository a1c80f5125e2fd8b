"""Ask as a program does: with a token, in JSON."""

import json
from typing import Any

from django.test import Client

from avow.record.programs.acts import ProgramAct
from avow.record.programs.token import make

EVERY = tuple(ProgramAct)


def token(purpose: str, *acts: ProgramAct, name: str = "the press", days: int = 1) -> str:
    """Make a token for one purpose, for every act if none is named."""
    return make(name, purpose, acts or EVERY, days, "test")


def asked(told: str, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, Any]:
    """Ask with a token, and give status and answer; names of headers have their dashes as underscores."""
    status, answer, _ = whole(told, method, path, body, **headers)
    return status, answer


def whole(told: str, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, Any, dict[str, str]]:
    """Ask with a token, and give status, answer and headers."""
    named = {"host": "localhost", **({"authorization": f"Bearer {told}"} if told else {})}
    named |= {name.replace("_", "-"): value for name, value in headers.items()}
    sent = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
    typed = named.pop("typed", "application/json")
    answer = Client().generic(method, path, sent, content_type=typed, headers=named)
    kind = answer.headers["Content-Type"]
    assert (kind == "application/json") == (answer.status_code < 400), (answer.status_code, kind)
    return answer.status_code, json.loads(answer.content), dict(answer.headers)
