"""Test the outbox: who gets what, who does not, and that nobody is lost or gets it twice."""

from contextlib import suppress

import psycopg
import pytest
from django.db import OperationalError

from avow.config import config
from avow.errors import ConfigError, MailError
from avow.ledger.commitment import commit
from avow.mail.mailing import report
from avow.mail.outbox import work
from avow.mail.outgoing import post
from avow.mail.queue.mark import act
from avow.record.known.address import parse
from avow.record.said.choices import choose
from avow.store.spool import drain, put
from avow.terms import Actor, MessageKind
from tests.units.mail.cast import arrived, by_name, local, make_due, name, offer
from tests.units.mail.conftest import Serve
from tests.units.record.cast import NO_MARKETING, arrive, reach_of

pytestmark = pytest.mark.usefixtures("published")


def refuse(who: str) -> None:
    """Let somebody say no to all marketing, by a link."""
    choose(NO_MARKETING, Actor.PERSON_UNVERIFIED, "link", reach=reach_of(name(who)))


def test_who_may_get_it_gets_it(serve: Serve, owner: psycopg.Connection) -> None:
    """Everybody in the audience gets it once; who said no is not in; the mailing is accounted for and done."""
    to = serve()
    people = arrived("alice", "bob", "carol")
    refuse("bob")
    key = offer()
    assert work() == 2
    assert local(to.taken) == ["alice", "carol"]
    assert by_name(people, owner) == {"alice": "sent", "carol": "sent"}
    found = report(key)
    assert found.accounted
    assert found.state == "done"
    assert work() == 0


def test_a_refusal_after_the_expansion_holds(serve: Serve, owner: psycopg.Connection) -> None:
    """Who says no while the mailing waits is denied at the last instant, with the clause that says so."""
    to = serve()
    people = arrived("alice", "bob")
    key = offer()
    refuse("bob")
    work()
    assert local(to.taken) == ["alice"]
    assert by_name(people, owner) == {"alice": "sent", "bob": "denied"}
    found = report(key)
    assert found.accounted
    assert sum(found.denied.values()) == 1
    assert "optout" in next(iter(found.denied))


def test_each_answer_of_the_mail_server_is_recorded(serve: Serve, owner: psycopg.Connection) -> None:
    """Sent, refused, deferred and in doubt are told apart; the deferred one is tried again and decided again."""
    to = serve(
        rcpt={"gone": "550 5.1.1 <gone@example.org>: gone+x@example.org is nobody", "busy": "450 4.2.1 later"},
        end={"lost": "close"},
    )
    people = arrived("alice", "gone", "busy", "lost", "zoe")
    key = offer()
    while report(key).open:
        work()
    wanted = {"alice": "sent", "gone": "refused", "busy": "deferred", "lost": "doubt", "zoe": "sent"}
    assert by_name(people, owner) == wanted
    assert report(key).accounted
    assert report(key).state == "sending"
    words = owner.execute("SELECT outcome FROM delivery WHERE state = 'refused'").fetchone()
    assert words == ("550 5.1.1 [address]: [address] is nobody",), "the words of a mail server name nobody"
    to.rcpt = {}
    make_due(owner)
    refuse("busy")
    work()
    assert by_name(people, owner) == wanted | {"busy": "denied"}
    assert local(to.taken) == ["alice", "zoe"]
    assert to.whole.count(name("lost")) == 1, "marketing in doubt is not sent again"
    assert report(key).state == "done"


def test_what_was_handed_over_has_its_entry(serve: Serve, owner: psycopg.Connection) -> None:
    """Each message that was handed over is covered by an entry, and by the decision that its mailbox's lock saw."""
    serve()
    people = arrived("alice", "bob")
    offer()
    work()
    rows = owner.execute(
        "SELECT mailing_id, reach, person_id, decision, message_id, salt, pos, covers, choice_no"
        " FROM delivery JOIN entry ON entry.id = delivery.entry AND entry.kind = 'sent'"
    ).fetchall()
    assert {row[2] for row in rows} == set(people.values())
    for key, reach, person, decision, message_id, salt, pos, covers, choice_no in rows:
        record = act(key, bytes(reach), person, decision, message_id)
        assert commit(bytes(salt), record) == bytes(covers)[32 * pos : 32 * pos + 32]
        assert owner.execute("SELECT kind FROM entry WHERE id = %s", [decision]).fetchone() == ("decided",)
        assert choice_no == 0


def test_marketing_waits_for_refusals_that_wait(serve: Serve, owner: psycopg.Connection) -> None:
    """While a refusal that was received is not applied, marketing stays; a code goes out."""
    to = serve()
    people = arrived("alice")
    offer()
    post(MessageKind.IDENTITY, people["alice"], parse(name("alice")).exact_id, "code", {"code": "12345678"})
    put({"reach": "ab"})
    try:
        assert work() == 1
        assert b"12345678" in to.taken[0][1]
        assert by_name(people, owner) == {"alice": "waiting"}
    finally:
        drain(lambda _: None)
    assert work() == 1
    assert by_name(people, owner) == {"alice": "sent"}


def test_without_a_mail_server_everything_waits(owner: psycopg.Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    """The error says what to check, and nobody's message is touched."""
    people = arrived("alice")
    offer()
    monkeypatch.setenv("AVOW_SMTP", "smtp://127.0.0.1:9")
    config.cache_clear()
    try:
        with pytest.raises(MailError, match=r"no mail server answers at 127\.0\.0\.1:9"):
            work()
    finally:
        monkeypatch.undo()
        config.cache_clear()
    assert by_name(people, owner) == {"alice": "waiting"}


def test_production_captures_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """In production a missing AVOW_SMTP is an error, not a folder."""
    people = arrived("alice")
    post(MessageKind.IDENTITY, people["alice"], parse(name("alice")).exact_id, "code", {"code": "12345678"})
    monkeypatch.setenv("AVOW_PRODUCTION", "1")
    monkeypatch.setenv("AVOW_SITE", "https://example.com")
    monkeypatch.delenv("AVOW_SMTP", raising=False)
    config.cache_clear()
    try:
        with pytest.raises(ConfigError, match="AVOW_SMTP"):
            work()
    finally:
        monkeypatch.undo()
        config.cache_clear()


def test_a_database_that_goes_away_meanwhile_loses_nothing(serve: Serve, owner: psycopg.Connection) -> None:
    """Outcomes are recorded when it returns: what was sent is told as sent, and not sent twice."""

    def cut(_: str) -> None:
        with psycopg.connect(owner.info.dsn, autocommit=True) as other:
            other.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND usename = 'avow_app'"
            )

    to = serve(hook=cut)
    people = arrived("alice", "bob")
    offer()
    with suppress(OperationalError):  # the next batch may have been begun when it went away
        work()
    assert by_name(people, owner) == {"alice": "sent", "bob": "sent"}
    assert local(to.taken) == ["alice", "bob"]


def test_who_moved_is_written_to_at_the_new_address(serve: Serve) -> None:
    """A copy for the old mailbox ends, one for the new takes its place, and the count stays true."""
    to = serve()
    people = arrived("alice")
    key = offer()
    arrive("alice@example.net", person=people["alice"], proven=True)
    work()
    assert [address for address, _ in to.taken] == ["alice@example.net"]
    found = report(key)
    assert found.states == {"denied": 1, "sent": 1}
    assert found.accounted


def test_patience_ends(serve: Serve, owner: psycopg.Connection) -> None:
    """After the last rest a deferred message is given up, with the mail server's last words; the mailing is done."""
    serve(rcpt={"busy": "450 4.2.1 later"})
    people = arrived("busy")
    key = offer()
    work()
    rest = owner.execute("SELECT due - now() > interval '50 seconds', attempts FROM delivery").fetchone()
    assert rest == (True, 1)
    owner.execute("UPDATE delivery SET attempts = 8")
    make_due(owner)
    work()
    assert by_name(people, owner) == {"busy": "failed"}
    assert owner.execute("SELECT outcome FROM delivery").fetchone() == ("450 4.2.1 later",)
    assert report(key).state == "done"


def test_what_cannot_be_composed_any_more_stops_nobody_else(serve: Serve, owner: psycopg.Connection) -> None:
    """A mailing whose purpose is gone from the policy fails with the reason; the next one goes out."""
    to = serve()
    arrived("alice")
    first, second = offer(), offer()
    owner.execute("UPDATE mailing SET purpose = 'gone' WHERE id = %s", [first])
    work()
    assert report(first).states == {"failed": 1}
    assert report(second).states == {"sent": 1}
    assert local(to.taken) == ["alice"]
    words = owner.execute("SELECT outcome FROM delivery WHERE mailing_id = %s", [first]).fetchone()
    assert words is not None
    assert "no purpose 'gone'" in words[0]
