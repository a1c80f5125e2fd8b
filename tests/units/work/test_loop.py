"""Test that work goes on through failures, and ends when told."""

from collections.abc import Callable
from threading import Event, Thread

import pytest
from django.db import IntegrityError, OperationalError

from avow.errors import MailError, StoreError
from avow.work import loop
from avow.work.loop import Job, run


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rest for milliseconds instead of seconds."""
    monkeypatch.setattr(loop, "IDLE", 0.005)
    monkeypatch.setattr(loop, "PATIENCE", 0.02)


def counted(stop: Event, rounds: int, done: list[str], name: str = "last") -> Job:
    """Make a job that writes its name down, and ends the work after some rounds."""

    def do() -> int:
        done.append(name)
        if done.count(name) >= rounds:
            stop.set()
        return 0

    return Job(name, do)


def failing(times: int, error: Exception, done: list[str], name: str) -> Callable[[], int]:
    """Make what fails some times, then works."""
    left = [times]

    def do() -> int:
        if left[0]:
            left[0] -= 1
            raise error
        done.append(name)
        return 0

    return do


def test_jobs_are_done_in_their_order() -> None:
    """Each round takes the jobs as they stand."""
    stop, done = Event(), list[str]()
    first = Job("first", failing(0, MailError("never"), done, "first"))
    run(stop, [first, counted(stop, 3, done)])
    assert done == ["first", "last"] * 3


def test_a_failing_job_does_not_hold_the_others(capsys: pytest.CaptureFixture[str]) -> None:
    """While one job cannot do its work the next ones do theirs; it is told once, and when it goes on."""
    stop, done = Event(), list[str]()
    mail = Job("the outbox", failing(3, MailError("no mail server answers", "check AVOW_SMTP"), done, "mail"))
    run(stop, [mail, counted(stop, 40, done)])
    assert "mail" in done
    assert done.index("mail") > 3
    said = capsys.readouterr().err.splitlines()
    assert said == [
        "avow: the outbox waits: no mail server answers (check AVOW_SMTP)",
        "avow: the outbox goes on",
    ]


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (OSError(28, "No space left on device"), "[Errno 28] No space left on device"),
        (IntegrityError("Key (address)=(bob@example.org) already exists"), "IntegrityError at test_loop.py"),
        (StoreError("the refusal 7.json cannot be read", "read it"), "the refusal 7.json cannot be read (read it)"),
        (ValueError("bob@example.org"), "ValueError at test_loop.py"),
    ],
)
def test_whatever_one_job_stumbles_over_the_others_go_on(
    capsys: pytest.CaptureFixture[str], error: Exception, told: str
) -> None:
    """No full disk, row that does not fit or fault of ours starves the rest, floods the log or names anybody."""
    stop, done = Event(), list[str]()
    run(stop, [Job("first", failing(10**6, error, done, "first")), counted(stop, 40, done)])
    assert done == ["last"] * 40
    said = capsys.readouterr().err.splitlines()
    assert len(said) == 1
    assert said[0].startswith(f"avow: first waits: {told}")
    assert "bob@" not in said[0]


@pytest.mark.usefixtures("store")
def test_a_database_that_went_away_is_waited_for(capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing behind it is tried while the database is away; one line says so, one that it is back."""
    stop, done = Event(), list[str]()
    away = Job("first", failing(3, OperationalError("server closed\nthe connection"), done, "first"))
    run(stop, [away, counted(stop, 2, done)])
    assert done == ["first", "last"] * 2
    assert capsys.readouterr().err.splitlines() == [
        "avow: work waits for the database: server closed the connection",
        "avow: the database is back; work goes on",
    ]


def test_what_is_not_due_waits() -> None:
    """A job that is to be done every so often is done no oftener."""
    stop, done = Event(), list[str]()
    rare = Job("rare", failing(0, MailError("never"), done, "rare"), every=3600)
    run(stop, [rare, counted(stop, 5, done)])
    assert done.count("rare") == 1


def test_a_stop_is_heard_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A resting loop ends when told, and does not rest on."""
    monkeypatch.setattr(loop, "IDLE", 3600.0)
    stop, began = Event(), Event()

    def idle() -> int:
        began.set()
        return 0

    worker = Thread(target=run, args=[stop, [Job("idle", idle)]], daemon=True)
    worker.start()
    assert began.wait(60)
    stop.set()
    worker.join(60)
    assert not worker.is_alive()
