"""Pause in the middle of things: when the pause is told, nothing more is handed over; without its lock something is."""

import time
from threading import Thread

import pytest
from django.db import connections

from avow.mail.course.move import pause, resume
from avow.mail.course.tend import tend
from avow.mail.mailing import report
from avow.mail.outbox import work
from tests.units.mail.cast import arrived, local, offer
from tests.units.mail.conftest import Serve

pytestmark = pytest.mark.usefixtures("published")
PEOPLE = [f"p{number:03}" for number in range(240)]


def _working() -> None:
    while work(limit=1000):
        time.sleep(0.01)
    connections.close_all()


def _paused_in_the_middle(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> tuple[int, int, list[str]]:
    """Pause while three workers send; give what was taken when the pause was told, and what at last."""
    monkeypatch.setattr("avow.mail.outbox.BATCH", 2)
    to = serve(pause=0.05)
    arrived(*PEOPLE)
    key = offer()
    workers = [Thread(target=_working) for _ in range(3)]
    for one in workers:
        one.start()
    while len(to.taken) < 6:
        time.sleep(0.005)
    pause(key)
    told = len(to.taken)
    for one in workers:
        one.join()
    last = len(to.taken)
    assert report(key).state == "paused"
    resume(key)
    while tend() + work():
        pass
    assert report(key).accounted
    return told, last, local(to.taken)


def test_a_pause_holds(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was taken when it is told is all; who goes on reaches everybody else once."""
    told, last, taken = _paused_in_the_middle(serve, monkeypatch)
    assert told == last < len(PEOPLE)
    assert taken == PEOPLE


def test_without_its_lock_it_does_not(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a claim does not look at the mailing under its lock, who has it in hand goes on to the end."""
    monkeypatch.setattr("avow.mail.queue.claim.goes", lambda *_: True)
    monkeypatch.setattr("avow.mail.course.move._PATIENCE", 0.1)  # or it would be told when the last one is through
    told, last, _ = _paused_in_the_middle(serve, monkeypatch)
    assert told < last or last == len(PEOPLE)
