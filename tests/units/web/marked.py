"""Fill a store with as many of everything as is asked for, a mark in each field that names its person and category."""

import csv
import hashlib
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

from avow.accuracy.answer.ask import ask
from avow.collection.letters import keep_letter
from avow.collection.matters.cleaned.cleaned import cleaned
from avow.collection.matters.written import worded
from avow.disclosure.legal.instrument import Instrument, instrument
from avow.disclosure.outside.disclose import Wanted
from avow.disclosure.processors.agree import agree
from avow.ledger.sequencer import sequence
from avow.mail.course.draft import draft
from avow.mail.course.move import schedule
from avow.mail.course.tend import tend
from avow.mail.inbound.classify import classify
from avow.mail.inbound.enclosed import Sent
from avow.mail.outbox import work
from avow.mail.outgoing import post
from avow.mail.taken.asking import asking
from avow.mail.taken.over import KINDS
from avow.page.staff.models import Staff
from avow.policy.wish import Wish
from avow.record.agreed.agreement import Terms
from avow.record.attested.attest import prepare
from avow.record.counted.tally import add as tally
from avow.record.forum.boards import add_board
from avow.record.forum.posts import add, begin, name
from avow.record.forum.reports import Reason, Reporter, add_report
from avow.record.journal.keep import keep as keep_journal
from avow.record.key import new_key
from avow.record.known.address import parse
from avow.record.known.identity import verify
from avow.record.matters.enclosed import File, enclose, enclosed_in
from avow.record.matters.matter import begin as begin_matter
from avow.record.matters.matter import matter_at, take_up
from avow.record.matters.saved import save
from avow.record.outside.organization import add_organization
from avow.record.own.opened import kept_of
from avow.record.products.possess import possess
from avow.record.products.register import add_product
from avow.record.said.choices import Chosen, choose
from avow.record.seen.reading import note
from avow.record.shown.versions import in_force
from avow.record.taken.sheets.report import Report
from avow.record.taken.store import Given, keep
from avow.terms import Actor, Answer, ChannelKind, FieldType, MessageKind, Role
from avow.uses.enrich import Order, enrich
from avow.uses.insight.month import last_closed
from avow.uses.insight.release import release
from tests.units.disclosure.giving import given
from tests.units.page.staff.cast import staff
from tests.units.record.cast import stamped
from tests.units.web.found import MARKUP, document

_LETTER = "From: {}\r\nTo: {}\r\nMessage-ID: <{}@example.org>\r\nSubject: {}\r\n\r\n{}\r\n"
FORMS = (
    ChannelKind.REGISTRATION,
    ChannelKind.INQUIRY,
    ChannelKind.ORDER,
    ChannelKind.SUPPORT,
    ChannelKind.APPLICATION,
)
"""The forms that everybody hands in."""


def mark(who: int, category: str, field: str) -> str:
    """Give what stands in a field."""
    return f"mark-{who}-{category}-{field}"


def address(who: int) -> str:
    """Give somebody's address, which is a mark as well."""
    return f"{mark(who, 'contact', 'email')}@example.org"


def fields(who: int, category: str) -> Given:
    """Mark every field of a category, with markup behind each mark."""
    known = [one.id for one in in_force().categories[category].fields if one.type is not FieldType.CHOICE]
    return Given(
        category, {id_: address(who) if id_ == "email" else mark(who, category, id_) + MARKUP for id_ in known}
    )


@cache
def _files(who: int, category: str) -> tuple[File, ...]:
    """Give what somebody encloses, as it is kept: words, and a document that bears a mark of its maker as well."""
    words = mark(who, category, "file")
    sent = Sent(f"{words}.txt", words.encode()), Sent(f"{words}.pdf", document(words, mark(who, "maker", "file")))
    found = cleaned(sent) if who == 0 else (File(f"{words}.txt", "text/plain", words.encode()),)
    assert not [one.why for one in found if one.why]
    return found


class Marked:
    """A store with people, each in every channel; the first has as many of everything as there are people."""

    def __init__(self, folder: Path, officer: Staff) -> None:
        """Begin with nobody."""
        self.folder, self.officer = folder, officer
        self.people: list[UUID] = []
        self.threads: list[UUID] = []
        self.posts: list[UUID] = []
        self.keys: dict[str, object] = {}
        self.matters: dict[ChannelKind, UUID] = {}
        self.count = 0

    def matter(self, channel: ChannelKind) -> dict[str, object]:
        """Give what stands in an address of the first matter of a channel, and of the last file that came with it."""
        key = self.matters[channel]
        return {"key": key, "file": enclosed_in([key])[-1].id}

    def fill(self, count: int) -> None:
        """Add one of everything until there are so many."""
        while self.count < count:
            self._one(self.count)
            self.count += 1
        tend()
        while work(1000):
            pass
        while sequence():
            pass
        keep_journal()

    def _one(self, n: int) -> None:
        now = datetime.now(UTC)
        self.people.append(new_key())
        for who in sorted({0, n}):
            self._forms(who, fresh=who == n)
            self._asks(who, n)
        self._again()
        self._posts(n)
        self._house(n, now)
        self._outside(n, now)
        self._mailings(n)

    def _forms(self, who: int, *, fresh: bool) -> None:
        """Hand in each form; the address is proven by the first."""
        person, at = self.people[who], parse(address(who))
        for number, channel in enumerate(FORMS):
            new, key = fresh and number == 0, new_key()
            told = self._given(who, channel)
            made = keep(stamped(channel, channel.value), told, at, person=None if new else person, thread=key)
            if new:
                self.people[who] = person = made
                verify(person, at.exact_id, "test")
            if channel in KINDS:
                category = worded(in_force(), channel)
                _, turn = begin_matter(person, key, channel, at.exact_id, (category, ""))
                enclose(person, key, turn, _files(who, category))
                self.matters.setdefault(channel, key)
                save(channel, f"Reply {self.count}", "Thank you.", self.officer.id)

    def _again(self) -> None:
        """Let the first write again in each matter of theirs."""
        for channel, key in self.matters.items():
            found, at = matter_at(key), parse(address(0))
            keep(stamped(channel, channel.value), self._given(0, channel), at, person=self.people[0], thread=key)
            if found:
                turn = take_up(found, (worded(in_force(), channel), ""))
                enclose(self.people[0], key, turn, _files(0, worded(in_force(), channel)))

    def _given(self, who: int, channel: ChannelKind) -> list[Given]:
        return [fields(who, category) for category in in_force().channels[channel].collects]

    def _asks(self, who: int, n: int) -> None:
        """Write a letter, ask by right, choose, be read and written to."""
        person, at = self.people[who], parse(address(who))
        words = (mark(who, "letter", "subject") + MARKUP, mark(who, "letter", "text") + MARKUP)
        raw = _LETTER.format(at.display, in_force().front.mailbox, f"{who}-{n}", *words).encode()
        found = classify(raw, asking(in_force()), (in_force().front.mailbox,))
        self.keys["letter"] = keep_letter(found, hashlib.sha256(raw).digest(), datetime.now(UTC))
        item = next(one.id for one in kept_of(person) if one.category == "inquiry")
        proposed = {"subject": mark(who, "rights", "subject"), "message": mark(who, "rights", "message")}
        wrong = mark(who, "rights", "words") + MARKUP
        self.keys["petition"] = ask(person, Wish.CORRECTION, wrong, item=item, proposed=proposed)
        choose(Chosen(Answer.NO, topic="offers"), Actor.PERSON_UNVERIFIED, "link", person, at.reach_id)
        choose(Chosen(Answer.YES, topic="offers"), Actor.PERSON_VERIFIED, "signed in", person, at.reach_id)
        note(self.officer.id, Role.ORDERS, "orders", {person: ["order"]})
        post(MessageKind.IDENTITY, person, at.exact_id, "code", {"code": "1", "minutes": "1"})

    def _posts(self, n: int) -> None:
        """Post into a thread of one's own and into the first, on the first board, and report what the first wrote."""
        add_board(f"board-{n}", f"Board {n}", "About knots.", community=n % 2 == 0)
        person, exact = self.people[n], parse(address(n)).exact_id
        key = new_key()
        keep(stamped(ChannelKind.FORUM), [fields(n, "handle")], None, person=person, thread=key)
        name(person, key, "handle", exact)
        self.threads.append(begin("board-0"))
        for who, thread in ((n, self.threads[n]), (0, self.threads[0])):
            self.posts.append(new_key())
            keep(
                stamped(ChannelKind.FORUM), [fields(who, "forum")], None, person=self.people[who], thread=self.posts[-1]
            )
            add(self.people[who], self.posts[-1], "forum", thread)
        key = new_key()
        keep(stamped(ChannelKind.FORUM), [fields(n, "report")], None, person=person, thread=key)
        add_report(self.posts[-1], Reason.CHARTER, Reporter(person, exact, key, "report"))

    def _house(self, n: int, now: datetime) -> None:
        """Add staff, products, agreements, counts, a month, and what waits for two."""
        staff(Role.SUPPORT, email=f"support{n}@example.com")
        add_product(f"product-{n}", f"Product {n}")
        for person in {self.people[0], self.people[n]}:
            possess(person, f"product-{n}", "1.0")
        terms = ("orders",), ("contact", "order"), "a contract", (), now - timedelta(days=1), None
        agree(Terms(f"agreement-{n}", f"Firm {n}", *terms))
        day = (now - timedelta(days=n % 20)).replace(hour=0, minute=0, second=0, microsecond=0)
        tally([(("d", day, "page", page), 9) for page in sorted({"home", f"page{n % 5}"})])
        release(last_closed(now, ZoneInfo("UTC")).later(-n))
        prepare({"what": f"Something {n}"}, self.officer.email)

    def _outside(self, n: int, now: datetime) -> None:
        """Give to an organization, take an order of the law, take facts."""
        add_organization(f"firm-{n}", f"Firm {n}", "It rows.", "data@example.net")
        for who in sorted({0, n}):
            at = parse(address(who)).reach_id
            choose(Chosen(Answer.YES, list=f"to.firm-{n}"), Actor.PERSON_VERIFIED, "signed in", self.people[who], at)
        given(Wanted(f"firm-{n}", "their letter", self.officer.email), self.folder / f"firm-{n}.csv")
        span = now - timedelta(days=9), now, now + timedelta(days=9)
        people = [str(one) for one in self.people]
        told = Instrument("A court", f"docket {n}", "Give it.", people, ["order"], *span)
        self.keys["order"] = instrument(told, self.officer.email)
        path = self.folder / f"facts-{n}.csv"
        with path.open("w", newline="") as file:
            csv.writer(file).writerows([["email", "fact"], [address(0), mark(0, "enrichment", "fact")]])
        enrich(Order(path, f"Source {n}", "a year", now.date()), Report(leave_out=True))

    def _mailings(self, n: int) -> None:
        """Leave a draft, and send an issue that anybody may read."""
        draft("offers", f"# Draft {n}\n\nDear reader.\n", self.officer.id)
        key = draft("updates", f"# Issue {n}\n\nDear reader, it is {n}.\n", self.officer.id, shown=True)
        schedule(key, 0, None, "UTC", self.officer.id)
        self.keys["mailing"] = key
