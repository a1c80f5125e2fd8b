"""Try again whom the mail server turned away: by no other reason, never whoever has it or may have it, decided anew."""

from uuid import UUID

import psycopg
import pytest

from avow.errors import MailError
from avow.mail.course.again import again, failed
from avow.mail.course.draft import mailing
from avow.mail.course.move import cancel
from avow.mail.mailing import report
from avow.mail.outbox import work
from avow.record.said.choices import choose
from avow.terms import Actor
from tests.units.mail.cast import arrived, by_name, local, make_due, name, offer
from tests.units.mail.conftest import Serve
from tests.units.record.cast import NO_MARKETING, reach_of

pytestmark = pytest.mark.usefixtures("published")
SAID = {
    "relay": "554 5.7.1 relaying denied",
    "policy": "550 5.7.26 not signed",
    "busy": "521 no mail here",
    "sender": "553 5.1.8 no such sender's domain",
    "gone": "550 5.1.1 there is no such mailbox",
    "full": "552 5.2.2 the mailbox is full",
    "plain": "550 no such person",
    "closed": "550 5.7.17 the mailbox has another owner",
    "null": "556 5.1.10 takes no mail",
    "denied": "550 5.4.1 Recipient address rejected: Access denied",
    "none": "554 delivery error: this user doesn't have an account here",
    "blocked": "550 5.7.1 Recipient has blocked sender",
    "late": "451 4.7.1 later",
}
SERVERS = {"relay", "policy", "busy", "sender", "late"}


def test_what_is_the_servers_is_tried_again(serve: Serve, owner: psycopg.Connection) -> None:
    """What is about the mailbox stands; who is in doubt, or has it, gets no second one; who said no meanwhile none."""
    to = serve(rcpt=dict(SAID), end={"lost": "close"})
    people = arrived(*SAID, "fine", "lost")
    key = offer()
    for _ in range(9):
        work()
        make_due(owner)
    assert by_name(people, owner) == {
        **dict.fromkeys(SAID, "refused"), "late": "failed", "fine": "sent", "lost": "doubt",
    }  # fmt: skip
    assert mailing(key).state.value == "done"
    assert failed(key) == len(SERVERS)
    before = local(to.taken)
    to.rcpt = {}
    to.end = {}
    choose(NO_MARKETING, Actor.PERSON_UNVERIFIED, "one-click link", reach=reach_of(name("policy")))
    assert again(key) == len(SERVERS)
    assert mailing(key).state.value == "sending"
    work()
    assert sorted(set(local(to.taken)) - set(before)) == sorted(SERVERS - {"policy"})
    assert len(to.taken) == len(before) + len(SERVERS) - 1, "nobody gets it twice"
    states = by_name(people, owner)
    assert (states["policy"], states["lost"], states["gone"]) == ("denied", "doubt", "refused")
    found = report(key)
    assert (found.state, found.accounted) == ("done", True)
    with pytest.raises(MailError, match="nobody failed"):
        again(key)
    assert mailing(key).state.value == "done"


def test_what_is_not_done_or_is_old_is_not_tried_again(serve: Serve, owner: psycopg.Connection) -> None:
    """Nor what was cancelled: that was the wish of whoever did it."""
    serve(rcpt={"relay": SAID["relay"]})
    arrived("relay")
    key = offer()
    assert failed(key) == 0
    with pytest.raises(MailError, match="is sending"):
        again(key)
    work()
    assert failed(key) == 1
    owner.execute("UPDATE mailing SET begun = begun - interval '8 days' WHERE id = %s", [key])
    assert failed(key) == 0
    with pytest.raises(MailError, match="old news"):
        again(key)
    other: UUID = offer()
    cancel(other)
    with pytest.raises(MailError, match="is cancelled"):
        again(other)
