"""Interrupt the making of a mailing: it is finished exactly, or ended exactly, and nobody gets it twice."""

import os
import signal
import subprocess
import sys
from collections import Counter

import psycopg
import pytest
from django.conf import settings

from avow.errors import MailError
from avow.mail import mailing
from avow.mail.mailing import report, resume
from avow.mail.outbox import work
from avow.mail.queue.rows import DELIVERIES
from avow.record.said.choices import choose
from avow.store.server.embedded import Embedded
from avow.terms import Actor
from avow.uses.mailings import send
from tests.units.mail.cast import OFFER, arrived, by_name, local
from tests.units.mail.conftest import Serve
from tests.units.record.cast import NO_MARKETING, arrive, reach_of

pytestmark = pytest.mark.usefixtures("published")
PEOPLE = [f"p{number}" for number in range(7)]

MAKER = """
import os, signal, django
from functools import partial
django.setup()
from avow.gate.audience import audience
from avow.gate.picked import reached
from avow.mail import mailing
from avow.store.point import point

point(os.environ["STORE"])
reached.audience = partial(audience, page=2)
pages = []

def tick(_):
    pages.append(1)
    if len(pages) == 2:
        os.kill(os.getpid(), signal.SIGKILL)

mailing.expand("offers", os.environ["WORDS"], tick)
"""


def interrupted(store: Embedded, owner: psycopg.Connection) -> mailing.Report:
    """Make a mailing in a process that is killed after the second page of four."""
    target = store.url("avow_app", settings.DATABASES["default"]["NAME"])
    environment = os.environ | {"STORE": target, "WORDS": OFFER, "DJANGO_SETTINGS_MODULE": "avow.settings"}
    assert subprocess.run([sys.executable, "-c", MAKER], env=environment, check=False).returncode == -signal.SIGKILL
    row = owner.execute("SELECT id FROM mailing").fetchone()
    assert row is not None
    found = report(row[0])
    assert (found.state, sum(found.states.values())) == ("expanding", 4)
    return found


def test_it_is_finished(store: Embedded, serve: Serve, owner: psycopg.Connection) -> None:
    """Nobody was written to before; then everybody once, but who refused meanwhile, and all are accounted for."""
    to = serve()
    arrived(*PEOPLE)
    key = interrupted(store, owner).id
    work()
    assert to.whole == [], "nothing goes out before all are made"
    choose(NO_MARKETING, Actor.PERSON_UNVERIFIED, "typed", reach=reach_of("p0@example.org"))
    choose(NO_MARKETING, Actor.PERSON_UNVERIFIED, "typed", reach=reach_of("p6@example.org"))
    assert resume() == 1
    assert resume() == 0
    work()
    found = report(key)
    assert found.accounted
    assert (found.state, found.expected) == ("done", 6)
    assert found.states == {"sent": 5, "denied": 1}
    assert local(to.taken) == PEOPLE[1:6]
    assert max(Counter(to.whole).values()) == 1


def test_who_makes_it_is_left_alone(store: Embedded, owner: psycopg.Connection) -> None:
    """While its maker lives, whose connection holds it, nobody else goes on with it."""
    arrived(*PEOPLE)
    key = interrupted(store, owner).id
    owner.execute("SELECT pg_advisory_lock(%s)", [key.int & (1 << 63) - 1])
    assert resume() == 0
    owner.execute("SELECT pg_advisory_unlock_all()")
    assert resume() == 1


def test_what_cannot_be_made_any_more_is_ended(store: Embedded, serve: Serve, owner: psycopg.Connection) -> None:
    """Where the words or the list do not stand any more, whoever has a delivery is failed, and the rest has none."""
    to = serve()
    people = arrived(*PEOPLE)
    key = interrupted(store, owner).id
    owner.execute("UPDATE mailing SET words = 'no subject'")
    assert resume() == 1
    work()
    found = report(key)
    assert (found.state, found.states, found.accounted) == ("done", {"failed": 4}, True)
    assert set(by_name(people, owner).values()) == {"failed"}
    assert to.whole == []
    reasons = owner.execute(f"SELECT DISTINCT outcome FROM {DELIVERIES.table}").fetchall()
    assert len(reasons) == 1
    assert reasons[0][0]


def test_the_same_words_are_not_sent_beside(store: Embedded, serve: Serve, owner: psycopg.Connection) -> None:
    """Who was interrupted and begins anew is told of the first; when that is done, the words may be sent again."""
    to = serve()
    arrived(*PEOPLE)
    key = interrupted(store, owner).id
    with pytest.raises(MailError, match=str(key)):
        send("offers", OFFER)
    resume()
    work()
    assert max(Counter(to.whole).values()) == 1
    assert send("offers", OFFER).states == {"sent": 7}


def test_nobody_there_is_done_at_once(owner: psycopg.Connection) -> None:
    """A mailing that reaches nobody is done when it is made."""
    arrive("new@example.org")
    key = mailing.expand("offers", OFFER)
    assert (report(key).state, report(key).expected) == ("done", 0)
    assert owner.execute("SELECT done IS NOT NULL FROM mailing").fetchone() == (True,)
