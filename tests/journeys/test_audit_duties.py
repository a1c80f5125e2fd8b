"""Walk as an auditor past the messages: who was answered in time, what was corrected, what the mail server carried."""

import smtplib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from functools import partial
from pathlib import Path
from time import monotonic, sleep
from uuid import UUID

import psycopg
import pytest
from django.db import transaction

from avow.config import config
from avow.ledger.append import append
from avow.ledger.commitment import commit, new_salt
from avow.lmtp.take import take
from avow.mail.mailing import expand
from avow.mail.outbox import work
from avow.mail.taken.cases import close, open_letters
from avow.mail.taken.raw import Raw
from avow.policy.folder import load
from avow.record.forum.boards import add_board
from avow.record.known.address import parse
from avow.record.known.identity import add_address, verify
from avow.record.said.choices import Chosen, choose
from avow.record.seen.cases import close_case, open_case
from avow.record.shown.versions import in_force, publish
from avow.record.taken.store import amend
from avow.store.server.embedded import Embedded
from avow.terms import Actor, Answer, ChannelKind, EntryKind
from tests.journeys.audited import audited, exported, rewritten
from tests.journeys.postfix import postfix
from tests.promises.test_opt_out_option_exceptions import ALICE, of_channel
from tests.units.cli.reach import reach
from tests.units.mail.cast import arrived, name, offer
from tests.units.mail.sink import Sink, sink
from tests.units.record.cast import reach_of

OLGA = UUID(int=5)


@pytest.fixture(autouse=True)
def reached(store: Embedded, owner: psycopg.Connection) -> Iterator[Sink]:
    """Let the command reach the test's store, and mail go to a sink."""
    with sink() as made, reach(store, owner, AVOW_SMTP=made.url):
        publish(load(config().policies))
        yield made


def _ask(who: str, text: str) -> None:
    """Let somebody write a letter that a person has to answer."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = name(who), in_force().front.mailbox, "My data"
    message.set_content(text)
    assert take(Raw(name(who), (in_force().front.mailbox,), message.as_bytes()))


def _shifted(lines: list[dict[str, object]], column: str, days: int) -> None:
    for line in lines:
        line[column] = (datetime.fromisoformat(str(line[column])) + timedelta(days=days)).isoformat()


def _opened(days: int) -> None:
    """Write into the log that a case was opened so many days ago."""
    with transaction.atomic():
        append(EntryKind.OPENED, datetime.now(UTC) - timedelta(days=days, hours=1), [commit(new_salt(), "a case")])


# ---- who asked was answered in time -------------------------------------------------------


def test_an_answer_that_came_too_late_is_named(tmp_path: Path) -> None:
    """A letter that is open past its day, or was closed after it, or got a day of its own, is named."""
    people = arrived("alice", "bob")
    _ask("alice", "Please send me a copy of all data that you hold about me.")
    _ask("bob", "I think your new site is hard to read.")
    close(open_letters()[-1].id, OLGA, "answered")
    open_case(people["bob"], OLGA, "came by")
    close_case(people["bob"])
    folder = exported(tmp_path / "export")
    report = audited(folder)
    assert (report.findings, report.checked["letters"]) == ([], 2)
    assert report.checked["cases"] >= 2
    for column, days, words in (
        ("at", -31, "and 10 days are promised"),
        ("due", 5, "days are promised"),
        ("due", -40, "it was to be answered by"),
    ):
        rewritten(folder, "letters", partial(_shifted, column=column, days=days))
        found = audited(folder).findings
        assert len(found) == 2, found
        assert any(words in one for one in found), found
        rewritten(folder, "letters", partial(_shifted, column=column, days=-days))
    rewritten(folder, "letters", lambda lines: lines[0].update(state="done", closed=None))
    assert "does not agree with when it was closed" in audited(folder).findings[0]


def test_a_case_that_nobody_closed_is_named(tmp_path: Path) -> None:
    """The log tells when a case was opened, whatever became of its letter; one that is young is nobody's fault."""
    arrived("alice")
    _opened(29)
    assert audited(exported(tmp_path / "young")).findings == []
    _opened(41)
    (found,) = audited(exported(tmp_path / "old")).findings
    assert "it is open 41 days after it was opened, and the longest that is promised is 30 days" in found
    _ask("alice", "Please send me a copy of all data that you hold about me.")
    assert audited(exported(tmp_path / "explained")).findings == [], "who wrote again keeps a case open"


# ---- what was corrected stays corrected ----------------------------------------------------


def test_a_correction_that_was_not_followed_is_named(reached: Sink, owner: psycopg.Connection, tmp_path: Path) -> None:
    """Alice moved to another address; mail that still goes to the old one is named."""
    people = arrived("alice", "bob")
    new = parse("alice.moved@example.net")
    contact = owner.execute(
        "SELECT id FROM item WHERE category = 'contact' AND person_id = %s", [people["alice"]]
    ).fetchone()
    assert contact
    offer()
    work()
    amend(people["alice"], contact[0], {"email": new.display})
    add_address(people["alice"], new)
    verify(people["alice"], new.exact_id, "code")
    expand("offers", "# Offer\n\nOnce more.\n")
    work()
    assert {address for address, _ in reached.taken[2:]} == {new.display, name("bob")}
    folder = exported(tmp_path / "export")
    assert audited(folder).findings == []
    old = reach_of(name("alice")).hex()

    def turned(lines: list[dict[str, object]]) -> None:
        for line in lines:
            if line["reach"] == new.reach_id.hex():
                line["reach"] = old

    rewritten(folder, "messages", turned)
    assert any("what permits it was given with another address" in one for one in audited(folder).findings)


# ---- what the mail server carried -----------------------------------------------------------


def test_what_went_round_the_gate_is_named(reached: Sink, tmp_path: Path) -> None:
    """The log of a real Postfix holds the mailing, each message once; what another program sent by it is named."""
    arrived("alice", "bob")
    log = tmp_path / "mail.log"
    with postfix(int(reached.url.rpartition(":")[2]), log) as url, pytest.MonkeyPatch.context() as patch:
        patch.setenv("AVOW_SMTP", url)
        config.cache_clear()
        offer()
        work()
        _carried(reached, 2)
    folder = exported(tmp_path / "export")
    report = audited(folder, logs=(log,))
    assert (report.findings, report.checked["mails carried"]) == ([], 2)
    with postfix(int(reached.url.rpartition(":")[2]), log) as url:
        host, _, port = url.removeprefix("smtp://").partition(":")
        with smtplib.SMTP(host, int(port)) as server:
            server.sendmail("shop@example.com", [name("bob")], "Message-ID: <made.elsewhere@example.com>\n\nBuy now.\n")
        _carried(reached, 3)
    (found,) = audited(folder, logs=(log,)).findings
    assert "with the id <made.elsewhere@example.com>: no decision let it out: it went round the gate" in found


def _carried(made: Sink, count: int) -> None:
    """Wait until the mail server has handed on so many messages."""
    until = monotonic() + 120
    while len(made.taken) < count:
        assert monotonic() < until, "the mail server hands on nothing"
        sleep(0.1)
    sleep(0.5)  # it writes its log once it was answered


def test_a_message_of_a_community_passes_though_its_members_left_since(reached: Sink, tmp_path: Path) -> None:
    """Who was a member when it was sent is found so, by what they said; they were told before."""
    to, alice = add_board("knots", "Knots", "About knots.", community=True), of_channel(ChannelKind.FORUM)
    verify(alice, parse(ALICE).exact_id, "link")
    choose(Chosen(Answer.YES, list=to), Actor.PERSON_VERIFIED, "page", alice, parse(ALICE).reach_id)
    expand(to, "# We meet\n\nBring a rope.\n")
    work()
    choose(Chosen(Answer.NO, list=to), Actor.PERSON_VERIFIED, "page", alice, parse(ALICE).reach_id)
    report = audited(exported(tmp_path / "export"))
    assert report.findings == []
    assert len(reached.taken) == report.checked["messages"] == 1
