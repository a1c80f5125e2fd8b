"""Kill the sender at the worst instants: states stay exact, nobody is lost, nobody gets marketing twice."""

import os
import signal
import subprocess
import sys
from collections import Counter

import psycopg
import pytest
from django.conf import settings

from avow.mail.mailing import report
from avow.mail.outbox import work
from avow.mail.outgoing import post
from avow.record.known.address import parse
from avow.store.server.embedded import Embedded
from avow.terms import MessageKind
from tests.units.mail.cast import arrived, by_name, local, name, offer
from tests.units.mail.conftest import Serve

pytestmark = pytest.mark.usefixtures("published")

WORKER = """
import os, django
django.setup()
from avow.mail import outbox
from avow.store.point import point

point(os.environ["STORE"])
outbox.BATCH = 4
outbox.work()
"""


def start(store: Embedded, url: str) -> subprocess.Popen[bytes]:
    """Start a worker on this store, in batches of four."""
    target = store.url("avow_app", settings.DATABASES["default"]["NAME"])
    environment = os.environ | {"STORE": target, "AVOW_SMTP": url, "DJANGO_SETTINGS_MODULE": "avow.settings"}
    return subprocess.Popen([sys.executable, "-c", WORKER], env=environment)


def test_a_killed_sender_leaves_exact_states(store: Embedded, serve: Serve, owner: psycopg.Connection) -> None:
    """Killed in its second batch: who met the wire and is not recorded is in doubt, nobody else; nobody gets two."""
    victim: list[subprocess.Popen[bytes]] = []

    def kill(_: str) -> None:
        if len(to.whole) > 4:
            victim[0].send_signal(signal.SIGKILL)
            victim[0].wait()

    to = serve(hook=kill)
    people = arrived(*(f"p{number}" for number in range(12)))
    key = offer()
    victim.append(start(store, to.url))
    assert victim[0].wait(120) == -signal.SIGKILL
    to.hook = None
    counted = Counter(by_name(people, owner).values())
    assert counted["sending"] in {4, 8, 12}, "one batch is on the wire; another may be marked, a third not yet recorded"
    assert counted["sent"] + counted["sending"] + counted["waiting"] == 12
    begun = set(to.whole)
    work()
    counted = Counter(by_name(people, owner).values())
    assert set(counted) <= {"sent", "sending"}, "the lease still runs; what was marked and not begun went out now"
    owner.execute("UPDATE delivery SET lease = now() - interval '1 hour' WHERE state = 'sending'")
    work()
    found = by_name(people, owner)
    doubted = {name(who) for who, state in found.items() if state == "doubt"}
    assert begun <= doubted | {name(who) for who, state in found.items() if state == "sent"}
    assert len(doubted) <= 8, "no more than the dots that were begun, on as many connections, and are not recorded"
    assert report(key).accounted
    assert report(key).state == "done"
    assert max(Counter(to.whole).values()) == 1, "somebody was handed it twice"
    sent = {who for who, state in found.items() if state == "sent"}
    assert sent <= set(local(to.taken))
    assert {address.partition("@")[0] for address in to.whole} - sent <= {
        who for who, state in found.items() if state == "doubt"
    }


def test_a_code_is_sent_again_under_the_same_id(store: Embedded, serve: Serve, owner: psycopg.Connection) -> None:
    """What is no marketing is sent again after a kill, so that it arrives; its id tells the mailbox it is the same."""
    victim: list[subprocess.Popen[bytes]] = []
    ids = []

    def kill(_: str) -> None:
        victim[0].send_signal(signal.SIGKILL)
        victim[0].wait()

    to = serve(hook=kill)
    people = arrived("alice")
    post(MessageKind.IDENTITY, people["alice"], parse(name("alice")).exact_id, "code", {"code": "12345678"})
    victim.append(start(store, to.url))
    assert victim[0].wait(120) == -signal.SIGKILL
    ids.append(owner.execute("SELECT message_id FROM outgoing").fetchone())
    to.hook = None
    assert by_name(people, owner, "outgoing") == {"alice": "sending"}
    owner.execute("UPDATE outgoing SET lease = now() - interval '1 hour'")
    assert work() == 1
    ids.append(owner.execute("SELECT message_id FROM outgoing").fetchone())
    assert ids[0] == ids[1]
    assert by_name(people, owner, "outgoing") == {"alice": "sent"}
    assert owner.execute("SELECT given FROM outgoing").fetchone() == ({},)
    assert b"12345678" in to.taken[-1][1]
