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
    """Killed in its second batch: the first is sent, the second in doubt, the rest is sent later, nobody twice."""
    victim: list[subprocess.Popen[bytes]] = []

    def kill(_: str) -> None:
        if len(to.whole) > 4:
            victim[0].send_signal(signal.SIGKILL)
            victim[0].wait()

    to = serve(hook=kill)
    people = arrived(*(f"p{number}" for number in range(12)))
    key = offer()
    victim.append(start(store, to.url))
    assert victim[0].wait(30) == -signal.SIGKILL
    to.hook = None
    assert Counter(by_name(people, owner).values()) == {"sent": 4, "sending": 4, "waiting": 4}
    work()
    assert Counter(by_name(people, owner).values()) == {"sent": 8, "sending": 4}, "the lease still runs"
    owner.execute("UPDATE delivery SET lease = now() - interval '1 hour' WHERE state = 'sending'")
    work()
    found = by_name(people, owner)
    assert Counter(found.values()) == {"sent": 8, "doubt": 4}
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
    assert victim[0].wait(30) == -signal.SIGKILL
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
