"""Test that a store is mended beside the answers, once at a time, by who is connected alone."""

import time
from collections.abc import Callable
from threading import Event

import pytest
from django.db import OperationalError

from avow.store import beside
from avow.store.beside import mend_beside


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Be connected to a store that somebody else mends, and rest for milliseconds."""
    monkeypatch.setattr(beside, "connected", lambda: True)
    monkeypatch.setattr(beside, "mend", lambda: None)
    monkeypatch.setattr(beside, "_RESTS", (0.01,) * 5)


def until(true: Callable[[], bool]) -> None:
    """Wait until something is so."""
    end = time.monotonic() + 60
    while not true():
        assert time.monotonic() < end
        time.sleep(0.005)


def test_it_is_tried_again_until_it_works() -> None:
    """A store that comes back a little later is found."""
    tries: list[int] = []

    def then() -> None:
        tries.append(1)
        if len(tries) < 3:
            raise OperationalError("away")

    mend_beside(then)
    until(lambda: len(tries) == 3)
    time.sleep(0.1)
    assert len(tries) == 3


def test_one_at_a_time() -> None:
    """While it is at it, asking again begins nothing; afterwards it does."""
    go, begun = Event(), list[int]()

    def then() -> None:
        begun.append(1)
        go.wait(10)

    mend_beside(then)
    until(lambda: bool(begun))
    mend_beside(then)
    time.sleep(0.05)
    assert len(begun) == 1
    go.set()
    until(lambda: then not in beside._at_it)  # noqa: SLF001 -- nothing else tells that it ended
    mend_beside(then)
    until(lambda: len(begun) == 2)


def test_it_gives_up_with_a_word(capsys: pytest.CaptureFixture[str]) -> None:
    """A store that stays away is told of once."""

    def then() -> None:
        raise OperationalError("no route\nto host")

    mend_beside(then)
    until(lambda: then not in beside._at_it)  # noqa: SLF001 -- nothing else tells that it ended
    assert capsys.readouterr().err == "avow: the store does not answer: no route to host\n"


def test_who_is_not_connected_mends_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """A process without a store of its own starts none."""
    monkeypatch.setattr(beside, "connected", lambda: False)
    begun: list[int] = []
    mend_beside(lambda: begun.append(1))
    time.sleep(0.05)
    assert begun == []
