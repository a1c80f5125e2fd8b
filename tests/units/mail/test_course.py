"""Walk the course of a mailing: schedule, pause, go on, cancel, in every order; a clear state each."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from threading import Thread
from uuid import UUID, uuid4

import psycopg
import pytest
from django.db import connections

from avow.decision.request import Request
from avow.errors import MailError
from avow.gate.audience import audience
from avow.gate.paged.page import Page
from avow.mail.course.draft import draft, mailing, rewrite
from avow.mail.course.move import cancel, instant, pause, resume, schedule, unschedule
from avow.mail.course.tend import tend
from avow.mail.mailing import report
from avow.mail.outbox import work
from avow.mail.queue.still import MailingState
from avow.record.upkeep import upkeep
from tests.units.mail.cast import OFFER, arrived, by_name, local, offer
from tests.units.mail.conftest import Serve

pytestmark = pytest.mark.usefixtures("published")
PEOPLE = ("alice", "bob", "carol")


def due_now() -> UUID:
    """Schedule a draft for now."""
    key = draft("offers", OFFER)
    schedule(key, mailing(key).edition, None)
    return key


def state(key: UUID) -> str:
    """Give the state of a mailing in a word."""
    return mailing(key).state.value


def test_from_draft_to_done(serve: Serve) -> None:
    """A draft goes out when it is scheduled and due, and not before; each mailbox is accounted for."""
    to = serve()
    arrived(*PEOPLE)
    key = draft("offers", OFFER)
    assert (tend(), work(), state(key)) == (0, 0, "draft")
    schedule(key, 0, datetime.now(UTC) + timedelta(hours=1), "Europe/Berlin")
    assert (tend(), work(), state(key)) == (0, 0, "scheduled")
    schedule(key, 1, None)
    assert tend() == 2, "begun, then made"
    work()
    assert local(to.taken) == [*PEOPLE]
    found = report(key)
    assert (found.state, found.states, found.accounted) == ("done", {"sent": 3}, True)


def test_what_was_not_looked_at_is_not_scheduled() -> None:
    """Words that were changed meanwhile go out for nobody who saw the old ones; nobody changes them unseen."""
    key = draft("offers", OFFER)
    assert rewrite(key, 0, "offers", OFFER + "And more.") == 1
    with pytest.raises(MailError, match="changed since"):
        schedule(key, 0, None)
    with pytest.raises(MailError, match="nothing of yours was kept"):
        rewrite(key, 0, "offers", OFFER)
    schedule(key, 1, None)
    with pytest.raises(MailError, match="nothing of yours was kept"):
        rewrite(key, 2, "offers", OFFER)
    unschedule(key)
    assert state(key) == "draft"


@pytest.mark.parametrize(
    "words", ["no subject", "# Hello {{ nobody }}\n\nWords.", "# Hi\n\n![x](https://example.com/x)"]
)
def test_what_lacks_something_is_not_scheduled(words: str) -> None:
    """A draft may lack something; it is refused before its first message, and stays a draft."""
    key = draft("offers", words)
    with pytest.raises(MailError):
        schedule(key, 0, None)
    assert state(key) == "draft"
    assert mailing(key).subject


def test_a_pause_holds_from_its_commit(serve: Serve, owner: psycopg.Connection) -> None:
    """Nothing of a paused mailing is claimed, by a worker that had it in hand already too; then it goes on exactly."""
    to = serve()
    people = arrived(*PEOPLE)
    key = offer()
    work(limit=1)
    assert len(to.taken) == 1
    pause(key)
    assert (work(), state(key), len(to.taken)) == (0, "paused", 1)
    with pytest.raises(MailError, match="is paused"):
        pause(key)
    resume(key)
    work()
    assert local(to.taken) == [*PEOPLE]
    assert set(by_name(people, owner).values()) == {"sent"}
    assert state(key) == "done"
    with pytest.raises(MailError, match="is done"):
        resume(key)


def test_a_mailing_is_cancelled(serve: Serve, owner: psycopg.Connection) -> None:
    """Who has it has it; who waited is failed with the reason, and everybody is accounted for."""
    to = serve()
    arrived(*PEOPLE)
    key = offer()
    work(limit=1)
    cancel(key)
    assert work() == 0
    assert tend() == 1
    assert tend() == 0
    found = report(key)
    assert (found.state, found.states, found.accounted) == ("cancelled", {"sent": 1, "failed": 2}, True)
    assert owner.execute("SELECT DISTINCT outcome FROM delivery WHERE state = 'failed'").fetchall() == [
        ("the mailing was cancelled",)
    ]
    assert len(to.taken) == 1
    for act in (cancel, pause, resume):
        with pytest.raises(MailError, match="is cancelled"):
            act(key)


def test_before_it_began_it_is_paused_and_goes_on(serve: Serve) -> None:
    """A scheduled one that is paused past its time goes out when somebody goes on with it, or is written anew."""
    to = serve()
    arrived("alice")
    key = due_now()
    pause(key)
    assert (tend(), state(key)) == (0, "paused")
    unschedule(key)
    schedule(key, mailing(key).edition, None)
    pause(key)
    resume(key)
    tend()
    work()
    assert local(to.taken) == ["alice"]
    with pytest.raises(MailError, match="is done"):
        unschedule(key)


def test_paused_while_it_is_made(monkeypatch: pytest.MonkeyPatch, serve: Serve) -> None:
    """Nobody is added after the pause; then the rest is made, and nobody gets it twice."""
    to = serve()
    arrived(*PEOPLE)
    key = due_now()
    monkeypatch.setattr("avow.gate.picked.reached.audience", partial(_pausing, key))
    tend()
    monkeypatch.undo()
    assert (state(key), report(key).states, work()) == ("paused", {"waiting": 1}, 0)
    resume(key)
    assert state(key) == "expanding"
    tend()
    work()
    assert state(key) == "done"
    assert local(to.taken) == [*PEOPLE]


def _pausing(key: UUID, request: Request, list_id: str) -> Iterator[Page]:
    for number, page in enumerate(audience(request, list_id, page=1)):
        if number == 1:
            pause(key)
        yield page


def test_its_time_passed_long_ago() -> None:
    """Where nobody worked for a day, or the clock jumped ahead, it is paused and says so: nobody wants old news."""
    arrived("alice")
    key = due_now()
    _set_due(key, timedelta(hours=-13))
    assert tend() == 1
    assert state(key) == "paused"
    assert "twelve hours" in mailing(key).note
    resume(key)
    assert mailing(key).note == ""
    tend()
    assert state(key) == "sending"


def test_the_clock_jumps_back(serve: Serve) -> None:
    """What began stays begun: a clock that is set back sends nothing twice."""
    to = serve()
    arrived("alice")
    key = due_now()
    tend()
    _set_due(key, timedelta(days=2))
    assert tend() == 0
    work()
    work()
    assert len(to.taken) == 1


def _set_due(key: UUID, by: timedelta) -> None:
    with upkeep() as cursor:
        cursor.execute("UPDATE mailing SET due = %s WHERE id = %s", [datetime.now(UTC) + by, key])


def test_two_schedulers_at_once(serve: Serve, owner: psycopg.Connection) -> None:
    """Many who begin the same mailing at the same instant make it once: nobody is in it twice."""
    to = serve()
    arrived(*PEOPLE)
    key = due_now()
    threads = [Thread(target=_tending) for _ in range(6)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    tend()
    assert owner.execute("SELECT count(*) FROM delivery WHERE mailing_id = %s", [key]).fetchone() == (3,)
    work()
    assert local(to.taken) == [*PEOPLE]
    assert report(key).accounted


def _tending() -> None:
    tend()
    connections.close_all()


def test_cancelled_while_it_ends(serve: Serve) -> None:
    """Done or cancelled, never both, whichever comes first; who cancels too late is told."""
    to = serve()
    arrived("alice")
    key = offer()
    work()
    assert state(key) == "done"
    with pytest.raises(MailError, match="is done"):
        cancel(key)
    assert (state(key), len(to.taken)) == ("done", 1)
    other = offer()
    cancel(other)
    work()
    tend()
    assert (state(other), report(other).states) == ("cancelled", {"failed": 1})


def test_what_lacks_something_now_is_paused(owner: psycopg.Connection) -> None:
    """One whose words or list do not stand any more when its time comes is paused, and says why."""
    key = due_now()
    owner.execute("UPDATE mailing SET words = 'no subject' WHERE id = %s", [key])
    tend()
    assert state(key) == "paused"
    assert "no subject" in mailing(key).note
    with pytest.raises(MailError, match="no subject"):
        resume(key)


def test_times_with_their_zone() -> None:
    """A local time is read in its zone; one that never is, or is twice, is refused, and so is one that is past."""
    assert instant("2026-05-04 09:30", "Europe/Berlin") == datetime(2026, 5, 4, 7, 30, tzinfo=UTC)
    assert instant("2026-05-04T09:30", "UTC").hour == 9
    for words, zone, said in (
        ("2026-03-29 02:30", "Europe/Berlin", "never"),
        ("2026-10-25 02:30", "Europe/Berlin", "twice"),
        ("2026-05-04 09:30", "Europe/Atlantis", "no time zone"),
        ("2026-05-04 09:30", "../../etc/passwd", "no time zone"),
        ("2026-05-04 09:30+02:00", "UTC", "offset"),
        ("tomorrow", "UTC", "is no time"),
    ):
        with pytest.raises(MailError, match=said):
            instant(words, zone)
    key = draft("offers", OFFER)
    for due in (datetime.now(UTC) - timedelta(days=1), datetime.now(UTC) + timedelta(days=400)):
        with pytest.raises(MailError, match="past"):
            schedule(key, 0, due)
    assert mailing(key).state is MailingState.DRAFT


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("# A\n\n" + "x" * 10_000_000, "10,000,005 characters"),
        ("# A\n\nbad \ufffd letter", "broken encoding"),
        ("# A\n\nhalf a \udcff letter", "broken encoding"),
        ("# A\n\nbad \x00 letter", "control character"),
    ],
)
def test_what_is_no_text_is_not_kept(words: str, said: str) -> None:
    """Ten megabytes, or letters of a broken encoding, are refused with words, and nothing is kept."""
    with pytest.raises(MailError, match=said):
        draft("offers", words)


def test_nobody_moves_what_is_not_there() -> None:
    """An id that is nobody's is told so."""
    for act in (cancel, pause, resume, unschedule, mailing):
        with pytest.raises(MailError, match="there is no mailing"):
            act(uuid4())
