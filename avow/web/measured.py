"""Read a body that comes in chunks, without its length, so that nothing is lost by the way it was sent."""

from collections.abc import Callable, Iterable
from io import BytesIO
from typing import Any

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


def measured(answer: Application, most: int) -> Application:
    """Give an application that is told how long each body is; of one longer than `most` bytes it sees one byte more.

    Only what a server ends by itself is read (`wsgi.input_terminated`); else there is nothing to read up to.
    """

    def application(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        if not environ.get("CONTENT_LENGTH") and environ.get("wsgi.input_terminated"):
            body = _body(environ["wsgi.input"].read, most + 1)
            environ["wsgi.input"], environ["CONTENT_LENGTH"] = BytesIO(body), str(len(body))
        return answer(environ, start)

    return application


def _body(read: Callable[[int], bytes], most: int) -> bytes:
    """Read until the end or until there are `most` bytes, however they come."""
    body = b""
    while len(body) < most and (more := read(most - len(body))):
        body += more
    return body
