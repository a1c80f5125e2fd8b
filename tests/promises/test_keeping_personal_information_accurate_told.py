"""Prove who is told of what was put right or erased, until they say that they did so; and who may ask for another."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit
from uuid import UUID

import psycopg
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client

from avow.accuracy.answer import decide
from avow.accuracy.answer.ask import ask
from avow.accuracy.answer.decide import answer
from avow.accuracy.answer.named import tell
from avow.accuracy.barred import bar
from avow.accuracy.copy.copy import copy
from avow.accuracy.copy.file import as_json
from avow.accuracy.correct.correction import correct, correction
from avow.accuracy.forgotten.forget import forget
from avow.accuracy.held import right_of
from avow.config import config
from avow.disclosure.outside.disclose import Wanted, preview, preview_one
from avow.disclosure.outside.notices import link as page_of
from avow.disclosure.outside.notices import turn
from avow.errors import StoreError
from avow.gate.seen.left_out import NEWER
from avow.mail.outbox import work
from avow.page.failure import Failure
from avow.page.health.told import acknowledged
from avow.policy.proof.keeps import proves
from avow.policy.wish import Wish
from avow.record.agreed.passed import PATIENCE, unacknowledged
from avow.record.attested.attest import waiting
from avow.record.known.address import parse
from avow.record.outside.recall import recalls, references
from avow.record.seen.cases import open_case
from avow.record.taken.store import Given, keep
from avow.terms import Answer, ChannelKind, Promise, Role
from tests.promises.conftest import Site
from tests.promises.test_keeping_personal_information_accurate_asked import BOB, ordered
from tests.units.accuracy.forgotten.conftest import Checked, checked
from tests.units.disclosure.cast import PRINT, agreed, given, told
from tests.units.disclosure.cast import ask as ask_as
from tests.units.disclosure.giving import acme, beacon, read_by_two, rows, says
from tests.units.disclosure.giving import given as give
from tests.units.page.staff.cast import at_desk
from tests.units.record.cast import given_as, stamped

__all__ = ["checked"]
LETTER = Wanted("acme", "their letter", "olga@example.com")
PAPER = b"%PDF-1.4 a mandate"


def put_right(person: UUID, name: str) -> None:
    """Let somebody put their name right."""
    item, values = next(iter(right_of(person, "profile").items()))
    shown = correction(person, item, values)
    correct(shown.as_proposed({"name": name}), shown.seen)


def shift(owner: psycopg.Connection, sign: str) -> None:
    """Let the notices be older than an organization has, or as old again as they are."""
    for table in ("recall", "passed"):
        owner.execute(f"UPDATE {table} SET at = at {sign} interval '{PATIENCE + timedelta(days=1)}'".encode())


@proves(Promise.CORRECTION, "S30")
@proves(Promise.PROCESSORS_BOUND, "S20")
def test_whoever_has_an_old_value_is_told_until_they_acknowledge(
    site: Site, checked: Checked, owner: psycopg.Connection, tmp_path: Path
) -> None:
    """A printer who read the name and an organization that was given it are told; who did not have it is not."""
    bob, _ = ordered()
    acme(), beacon(), agreed(categories=("contact", "profile", "order")), agreed(id="other", organization="Other, Inc.")
    says(Answer.YES, bob, BOB)
    give(LETTER, tmp_path / "acme.csv")
    header = given(PRINT)
    assert len(ask_as(header)[1]["people"]) == 1
    desk, _ = at_desk(Role.PRIVACY_OFFICER)
    put_right(bob, "Bob Right")
    (one,) = unacknowledged()
    assert (one.agreement, one.person, one.act, one.categories) == (PRINT.id, bob, "corrected", ("profile",))
    (notice,) = recalls(waiting=True)
    assert (notice.outside, notice.why, len([*references(notice.id)])) == ("acme", "corrected", 1)
    assert turn() == 1
    ((mail,),) = (site.received("# Data of 1 person to let go").values(),)
    assert "is put right with us" in str(mail)
    assert "Bob" not in str(mail)
    page = site.browser.get(urlsplit(page_of(notice.id)).path).content.decode()
    assert "is put right with us" in page
    assert acknowledged()
    shift(owner, "-")
    with pytest.raises(StoreError, match="1 notices to organizations outside and 1"):
        acknowledged()
    assert "Not acknowledged in time" in desk.get("/desk/").content.decode()
    assert "Not acknowledged yet" in desk.get("/desk/processors/").content.decode()
    shift(owner, "+")
    assert told(header)["told"][0]["person"] == str(bob)
    assert told(header, one.id)["told"] == []
    assert desk.post(f"/desk/outside/notices/{notice.id}/", {"how": "rang"}).status_code == 302
    assert acknowledged()
    assert "Not acknowledged" not in desk.get("/desk/").content.decode()
    forget(bob)
    (gone,) = unacknowledged()
    assert (gone.act, gone.person) == ("erased", bob)
    assert desk.post(f"/desk/processors/told/{gone.id}/", {"how": "letter of 3 May"}).status_code == 302
    assert owner.execute("SELECT count(*) FROM passed WHERE person_id = %s", [bob]).fetchone() == (0,)
    assert checked() == []


@proves(Promise.PROCESSORS_BOUND, "S20")
@pytest.mark.usefixtures("site")
def test_each_who_read_somebody_is_told_that_they_are_erased() -> None:
    """Two who work for us read the same person: both are told, and each acknowledges for itself."""
    bob, _ = ordered()
    terms = [agreed(), agreed(id="other", organization="Other, Inc.")]
    for one in terms:
        assert len(ask_as(given(one))[1]["people"]) == 1
    forget(bob)
    assert {(one.agreement, one.act) for one in unacknowledged()} == {(PRINT.id, "erased"), ("other", "erased")}


@proves(Promise.NOT_GIVEN_OUT, "S31")
@pytest.mark.usefixtures("site")
def test_a_yes_to_one_covers_what_was_given_by_then_whatever_is_said_to_another(tmp_path: Path) -> None:
    """What came after the yes to Acme goes to Beacon, who had a later one, and to Acme only when it is said again."""
    acme(), beacon()
    bob, _ = ordered()
    says(Answer.YES, bob, BOB)
    assert preview(LETTER).allowed == 1
    given_ = [Given("contact", {"email": BOB}), Given("profile", {"name": "Bob Newer"})]
    keep(stamped(ChannelKind.ORDER, "shop"), given_, parse(BOB), person=bob)
    assert preview(LETTER).allowed == 1, "the old one still goes"
    says(Answer.YES, bob, BOB, "beacon")
    assert preview(Wanted("beacon", "letter", "olga@example.com")).allowed == 1
    assert (preview(LETTER).allowed, preview(LETTER).reasons[NEWER]) == (0, 1)
    assert preview_one(LETTER, bob) == NEWER
    assert give(LETTER, tmp_path / "none.csv").people == 0
    says(Answer.YES, bob, BOB)
    assert give(Wanted("acme", "again", "olga@example.com"), tmp_path / "acme.csv").people == 1
    assert "Bob Newer" in str(rows(tmp_path / "acme.csv"))


def note(desk: Client, key: UUID, kind: str, paper: bytes = PAPER) -> int:
    """Note at the desk who asks in somebody's name."""
    file = SimpleUploadedFile("mandate.pdf", paper)
    typed = {"kind": kind, "name": "Anna Agent", "mailbox": "anna@example.net", "paper": file}
    return desk.post(f"/desk/requests/{key}/named/", typed).status_code


def untold(site: Site, desk: Client, bob: UUID, staff: UUID) -> None:
    """Where the gate says no, or the mail server is away, the desk shows who was not told until they are."""
    key = ask(bob, Wish.COMMENT, "comments again for Bob", staff=staff)
    assert note(desk, key, "A parent, for a child") == 302
    assert site.browser.post(f"/me/requests/{key}/named/", {"answer": "yes"}).status_code == 302
    hold = bar.hold(bob, "Docket 3.", str(staff), gag=datetime.now(UTC) + timedelta(days=9))
    answer(key, staff, "No word of it.", granted=False)
    assert not site.received("# What you asked for in somebody's name")
    page = desk.get("/desk/requests/").content.decode()
    assert "Anna Agent, who asked in somebody" in page
    assert "the gate says no: law.held" in page
    assert desk.post(f"/desk/requests/{key}/tell/")["Location"].endswith("done=untold")
    bar.lift(hold, str(staff))
    with pytest.MonkeyPatch.context() as away:
        away.setenv("AVOW_SMTP", "smtp://127.0.0.1:1")
        config.cache_clear()
        assert desk.post(f"/desk/requests/{key}/tell/")["Location"].endswith("done=untold")
    config.cache_clear()
    assert desk.post(f"/desk/requests/{key}/tell/")["Location"].endswith("done=told")
    assert "No word of it." in str(site.received("# What you asked for in somebody's name")["anna@example.net"])
    assert "Anna Agent, who asked" not in desk.get("/desk/requests/").content.decode()
    waits = ask(bob, Wish.COMMENT, "and again for Bob", staff=staff)
    assert note(desk, waits, "A parent, for a child") == 302
    assert site.browser.post(f"/me/requests/{waits}/named/", {"answer": "yes"}).status_code == 302
    site.server.taken.clear()
    for one in (key, waits):
        assert desk.post(f"/desk/requests/{one}/tell/")["Location"].endswith("done=nothing")
    assert not site.received("# What you asked for in somebody's name"), "nobody is told twice, or before the answer"
    hold = bar.hold(bob, "Docket 4.", str(staff), gag=datetime.now(UTC) + timedelta(days=9))
    answer(waits, staff, "Nothing for her.", granted=False)
    bar.lift(hold, str(staff))
    assert site.browser.post(f"/me/requests/{waits}/named/", {"answer": "no"}).status_code == 302
    assert desk.post(f"/desk/requests/{waits}/tell/")["Location"].endswith("done=nothing")
    assert not site.received("# What you asked for in somebody's name"), "the person's no is the last word"
    waits = ask(bob, Wish.COMMENT, "and once more for Bob", staff=staff)
    assert note(desk, waits, "A parent, for a child") == 302
    assert site.browser.post(f"/me/requests/{waits}/named/", {"answer": "yes"}).status_code == 302
    with pytest.MonkeyPatch.context() as crash:
        crash.setattr(decide, "journalled", lambda: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            answer(waits, staff, "No word again.", granted=False)
    assert "we have not tried yet" in desk.get("/desk/requests/").content.decode(), "a crash loses nobody"
    assert told_once(waits) == ["", None]
    assert len(site.server.taken) == 1
    assert "No word again." in str(site.received("# What you asked for in somebody's name")["anna@example.net"])


def told_once(key: UUID) -> list[str | None]:
    """Click twice at one instant; give what each click is told, the one that sent before all."""

    def click() -> str | None:
        try:
            return tell(key)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as two:
        return sorted((one.result() for one in [two.submit(click), two.submit(click)]), key=lambda one: one is None)


@proves(Promise.ACCESS, "S29")
def test_who_asks_for_another_is_read_by_two_and_answered_only_with_that_persons_yes(site: Site) -> None:
    """The paper is kept and run by nobody; the person is told, and can say that they do not know who asks."""
    bob, _ = ordered()
    desk, staff = at_desk(Role.PRIVACY_OFFICER)
    first = ask(bob, Wish.ACCESS, "asks for Bob", staff=staff.id)
    assert note(desk, first, "Somebody with a mandate", b"<script>alert(1)</script>") == 400
    assert note(desk, first, "Somebody with a mandate") == 302
    page = desk.get(f"/desk/requests/{first}/").content.decode()
    assert "2 more must read it" in page
    assert "answer goes to the person" in page
    paper = desk.get(f"/desk/requests/{first}/paper/")
    assert (paper.content, paper["X-Content-Type-Options"]) == (PAPER, "nosniff")
    assert paper["Content-Disposition"].startswith("attachment")
    with pytest.raises(Failure, match="2 more must attest"):
        answer(first, staff.id, "Here.", granted=True)
    read_by_two(next(one for one in waiting() if one.words["act"] == "mandate"))
    site.sign_in(BOB)
    assert "Anna Agent" in site.browser.get("/me/requests/").content.decode()
    answer(first, staff.id, "Bob sees it on his page.", granted=True)
    while work():
        pass
    assert set(site.received("# What you asked for in somebody's name")) == set()
    second = ask(bob, Wish.COMMENT, "comments for Bob", staff=staff.id)
    assert note(desk, second, "A parent, for a child") == 302
    assert site.browser.post(f"/me/requests/{second}/named/", {"answer": "yes"}).status_code == 302
    answer(second, staff.id, "We do not think so.", granted=False)
    mail = site.received("# What you asked for in somebody's name")["anna@example.net"]
    assert "We do not think so." in str(mail)
    untold(site, desk, bob, staff.id)
    third = ask(bob, Wish.ERASURE, "erase Bob", staff=staff.id)
    assert note(desk, third, "An heir, for somebody dead") == 302
    site.browser.post(f"/me/requests/{third}/named/", {"answer": "no"})
    with pytest.raises(Failure, match="do not know who asks"):
        answer(third, staff.id, "It is done.", granted=True)
    open_case(bob, bob, "asked")


@proves(Promise.ACCESS, "S29")
def test_two_behind_one_address_have_two_copies_and_who_floods_gets_ten_an_hour(site: Site) -> None:
    """What one of them gave is in no copy of the other; the same person's eleventh copy within an hour waits."""
    people = {name: given_as(name, BOB) for name in ("Bob Harbour", "Barbara Harbour")}
    for name, person in people.items():
        found = as_json(copy(person, opened=True))
        assert name in found
        assert not any(other in found for other in people if other != name)
    site.sign_in(BOB)
    answers = [site.browser.post("/me/copy/").status_code for _ in range(12)]
    assert answers[0] == 200
    assert answers[-1] == 429
    assert site.browser.post("/me/", {"choose": "scope-marketing:no"}).status_code == 302
