"""Test that a body without its length is read like any other."""

from collections.abc import Callable, Iterable, Mapping
from io import BytesIO
from typing import Any

import pytest

from avow.web.measured import measured


class Trickle(BytesIO):
    """A body that comes a few bytes at a time."""

    def read(self, size: int | None = -1, /) -> bytes:
        """Give three bytes at most."""
        return super().read(min(3, size if size is not None and size >= 0 else 3))


def echo(environ: dict[str, Any], _: Callable[..., Any]) -> Iterable[bytes]:
    """Answer with the length and the body, as Django reads it."""
    length = int(environ.get("CONTENT_LENGTH") or 0)
    return [f"{length} ".encode() + environ["wsgi.input"].read(length)]


def heard(body: bytes, given: Mapping[str, Any]) -> bytes:
    """Give what the application hears of a body, of which ten bytes are taken at most."""
    environ = {"wsgi.input": Trickle(body), "wsgi.input_terminated": True} | dict(given)
    return b"".join(measured(echo, 10)(environ, lambda *_: None))


@pytest.mark.parametrize("length", [{}, {"CONTENT_LENGTH": ""}])
def test_a_body_without_length_is_read_to_its_end(length: dict[str, str]) -> None:
    """Whatever came is there, and how long it is."""
    assert heard(b"stop=list", length) == b"9 stop=list"
    assert heard(b"", length) == b"0 "


def test_no_more_is_read_than_tells_that_it_is_too_much() -> None:
    """Of an endless body one byte more than the limit is read."""
    assert heard(b"x" * 1000, {}).startswith(b"11 ")


def test_what_has_a_length_is_left_alone() -> None:
    """A body that says how long it is is read by whoever wants it."""
    whole = BytesIO(b"stop=list")
    assert heard(b"", {"CONTENT_LENGTH": "4", "wsgi.input": whole}) == b"4 stop"


def test_nothing_is_read_that_never_ends() -> None:
    """Where the server does not end the body, reading on would wait for ever."""
    assert heard(b"stop=list", {"wsgi.input_terminated": False}) == b"0 "
