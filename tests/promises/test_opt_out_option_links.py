"""Prove of every link of every kind of message: looking at it changes nothing, and one plain POST says no."""

import hashlib
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

import psycopg
import pytest
from django.http import HttpResponse
from django.test import Client

from avow.lmtp.take import take
from avow.mail.form import form as forms
from avow.mail.outbox import work
from avow.mail.outgoing import post
from avow.mail.taken.raw import Raw
from avow.page.site import policy
from avow.policy.proof.keeps import proves
from avow.record.known.address import parse
from avow.record.known.identity import persons_at, verify
from avow.record.products.possess import possess
from avow.record.products.register import add_product, add_series
from avow.record.said.choices import choose
from avow.record.said.chosen import Chosen
from avow.record.token import seal
from avow.record.upkeep import upkeep
from avow.terms import Actor, Answer, MessageKind, Promise, Relation
from avow.uses.advisory import Advisory, advise
from avow.uses.mailings import send
from tests.promises.conftest import OFFER, Site
from tests.promises.posting import Member, board, visitor
from tests.promises.test_opt_out_option import ALICE, path_of
from tests.units.mail.inbound.corpus import letter

CHOSEN = (
    "choice", "item", "person", "reach", "subscription", "unlisted", "address", "code", "link", "possession",
    "outgoing", "delivery", "letter",
)  # fmt: skip
"""Tables that say what people chose, gave, hold, and are written."""
LOOKS: tuple[dict[str, str], ...] = (
    {},
    {"sec-purpose": "prefetch;prerender"},
    {"purpose": "prefetch", "x-moz": "prefetch"},
    {"x-purpose": "preview", "user-agent": "SafeLinks/1.0"},
    {"sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors", "sec-fetch-dest": "image"},
)
STRICT = SMTP.clone(raise_on_defect=True)
LIST_HEADER = re.compile(r"<(https?://[!-;=?-~]+)>,\s*<(mailto:[!-;=?-~]+)>")
"""RFC 2369, section 2: each way in angle brackets, a comma between, the preferred one first."""
ACTED = {"confirm", "code", "link", "letter", "received", "reply"}
"""Words of single messages that an act brings about here; the others are posted as their acts post them."""
POSTED = {
    **dict.fromkeys(("code-old", "code-new", "code-copy", "address-changed", "ordered"), MessageKind.IDENTITY),
    **dict.fromkeys(("held", "was-held", "lifted", "erasing-too", "copy-awaited"), MessageKind.IDENTITY),
    **dict.fromkeys(("conduct", "reported"), MessageKind.ABUSE_NOTICE),
    **dict.fromkeys(("answered", "extended", "erasing"), MessageKind.RIGHTS_CASE),
    "question": MessageKind.POLICY_CHANGE,
    "courtesy": MessageKind.POLICY_COURTESY,
}
_WORDS = Path(str(forms.__file__)).parents[1] / "templates/mail"
TEMPLATES = {path.stem for path in _WORDS.glob("*.txt")} - {"footer"}
"""The words of every single message that there is."""
QUESTION = {"inquiry__subject": "Hours", "inquiry__message": "When do you open?"}
LISTS = {"offers", "updates", "newsletter", "series.guide", "security.pier.hm-1", "community.knots"}


def standing(owner: psycopg.Connection) -> dict[str, str]:
    """Give a digest of all rows of each table of choices and items."""
    found = {}
    for table in CHOSEN:
        rows = owner.execute(f"SELECT t::text FROM {table} t ORDER BY 1".encode()).fetchall()
        found[table] = hashlib.sha256(repr(rows).encode()).hexdigest()
    return found


def written(site: Site) -> Iterator[EmailMessage]:
    """Read what was delivered, with a parser that forgives nothing."""
    while work():
        pass
    for _, data in site.server.taken:
        message = message_from_bytes(data, policy=STRICT)
        assert isinstance(message, EmailMessage)
        yield message
    site.server.taken.clear()


def every_kind(site: Site) -> dict[str, EmailMessage]:
    """Have each kind of message written to Alice: single ones by their words, those to lists by their lists."""
    site.browser.post("/register/", site.form("/register/", contact__email=ALICE))
    alice = site.register(ALICE, yes__newsletter="on")
    choose(Chosen(Answer.YES, purpose="courtesy"), Actor.PERSON_VERIFIED, "choices", alice, parse(ALICE).reach_id)
    exact, knots, known = parse(ALICE).exact_id, board(community=True), {*persons_at(parse(ALICE).exact_id)}
    one = Member(Site(visitor(), site.server), alice, ALICE)
    one.site.sign_in(ALICE)
    assert one.send("/forum/knots/join/").status_code == 302
    site.browser.post("/signin/", {"address": ALICE})
    site.browser.post("/choices/", {"address": ALICE, "act": "link"})
    masked = {"to": "b•••@e•••.org", "from": "a•••@e•••.org", "code": "12345678"}
    assert ACTED | POSTED.keys() == TEMPLATES, "a new kind of message is looked at too"
    ours = {name: f"http://127.0.0.1:8000/{path}/" for name, path in (("signin", "signin"), ("link", "policy"))}
    told = {"about": policy().front.version, "uses": ""}
    stop = seal("stop what is awaited", alice.hex, datetime.now(UTC).isoformat())
    ours |= {"stop": f"http://127.0.0.1:8000/me/copy/stop/{stop}/", "asked": "", "opens": "", "ends": ""}
    site.browser.post("/inquiry/", site.form("/inquiry/", contact__email=ALICE, **QUESTION))
    (asked,) = set(persons_at(exact)) - known
    verify(asked, exact, "test")
    for words in ("received", "reply"):
        post(MessageKind.INFO_REPLY, asked, exact, words, {"words": "At nine.", "what": "Hours", "mark": "A-1"})
    for words, kind in POSTED.items():
        post(kind, alice, exact, words, masked | (told if words in {"question", "courtesy"} else ours))
    assert take(Raw(ALICE, ("privacy@example.com",), letter("What do you hold about me?", f"From: {ALICE}")))
    with upkeep() as cursor:  # as an open case, and a version that touches her, would have it
        cursor.execute("UPDATE person SET relations = relations | %s", [Relation.AFFECTED.mask | Relation.CASE.mask])
    singles = list(written(site))
    with upkeep() as cursor:
        cursor.execute("SELECT words, state, because, outcome FROM outgoing WHERE state <> 'sent'")
        assert cursor.fetchall() == []
        cursor.execute("SELECT DISTINCT words FROM outgoing")
        assert {words for (words,) in cursor.fetchall()} == TEMPLATES
    add_product("pier", "Pier")
    add_series("guide", "pier", "Letters on how to begin.", datetime.now(UTC) + timedelta(days=9), 3)
    assert possess(alice, "pier", "1.0")
    assert possess(alice, "pier", series="guide")
    for to in ("offers", "updates", "newsletter"):
        send(to, OFFER)
    send("series.guide", "# Part one\n\nHow to begin.\n")
    advise(Advisory("HM-1", "pier", ("1.0",), ("1.1",)), "# A hole\n\nPlease update to 1.1.\n")
    send(knots, "# We meet\n\nBring a rope.\n")
    found = {f"single {number}": one for number, one in enumerate(singles)}
    return found | {str(one["List-Id"]).strip("<").partition(".127")[0]: one for one in written(site)}


def links_in(message: EmailMessage) -> set[str]:
    """Give every link of a message to the site: in its headers, its text, its HTML."""
    words = str(message["List-Unsubscribe"] or "")
    words += "".join(str(part.get_content()) for part in message.walk() if part.get_content_maintype() == "text")
    return {link.rstrip(".") for link in re.findall(r"https?://[^\s<>\"]+", words)}


@proves(Promise.OPTOUT_BY_LINK, "S24")
def test_looking_at_any_link_of_any_message_changes_nothing(site: Site, owner: psycopg.Connection) -> None:
    """GET, HEAD and OPTIONS, as a scanner or a prefetching browser sends them, leave every row as it was."""
    messages = every_kind(site)
    assert set(messages) >= LISTS
    links = {link for message in messages.values() for link in links_in(message)}
    assert {kind for link in links for kind in ("confirm", "choices", "one-click", "signin") if f"/{kind}" in link} == {
        "confirm", "choices", "one-click", "signin",
    }  # fmt: skip
    before = standing(owner)
    for link in links:
        for method in ("get", "head", "options"):
            for headers in LOOKS:
                answer = getattr(Client(headers={"host": "localhost"}), method)(path_of(link), headers=headers)
                first = "/policy/" in link  # a first version asks nothing
                assert answer.status_code in {200, 405} or first, (link, method)
                assert not answer.cookies, link
    assert standing(owner) == before
    click = next(link for link in links if link.endswith("/one-click/"))
    Client(headers={"host": "localhost"}).post(path_of(click))
    assert standing(owner) != before, "what is compared does change when somebody says no"


@proves(Promise.OPTOUT_BY_LINK, "S24")
@pytest.mark.parametrize("form", ["urlencoded", "multipart", "nothing"])
def test_one_plain_post_to_each_way_out_says_no(site: Site, owner: psycopg.Connection, form: str) -> None:
    """No cookie, no script, no redirect; twice is as good as once; then that list is silent."""
    messages = {name: one for name, one in every_kind(site).items() if "List-Unsubscribe" in one}
    assert set(messages) == LISTS
    for name, message in messages.items():
        one_click = next(link for link in links_in(message) if link.endswith("/one-click/"))
        for _ in range(2):
            answer = plain(path_of(one_click), form)
            assert answer.status_code == 200
            assert not answer.cookies
            assert ALICE not in answer.content.decode()
        left = owner.execute("SELECT count(*) FROM unlisted WHERE list_id = %s", [name]).fetchone()
        assert left == (1,), name
    for to in ("offers", "updates", "newsletter"):
        assert not site.mail(to, OFFER.replace("An", "Another"))


def plain(path: str, form: str) -> HttpResponse:
    """POST as a mail program does, with a fresh client that keeps no cookie."""
    client = Client(headers={"host": "localhost"}, enforce_csrf_checks=True)
    if form == "multipart":
        found = client.post(path, {"List-Unsubscribe": "One-Click"})
    else:
        body = "List-Unsubscribe=One-Click" if form == "urlencoded" else ""
        found = client.generic("POST", path, body, "application/x-www-form-urlencoded")
    assert isinstance(found, HttpResponse)
    return found


@proves(Promise.OPTOUT_BY_LINK, "S24")
def test_headers_are_what_the_standards_say(site: Site) -> None:
    """A parser that forgives nothing reads each; those to lists carry both ways out, and single ones carry none."""
    for name, message in every_kind(site).items():
        for header in ("From", "To", "Subject", "Date", "Message-ID"):
            assert len(message.get_all(header, [])) == 1, (name, header)
        assert message["From"].addresses[0].addr_spec == "privacy@example.com"
        assert message["Date"].datetime.tzinfo is not None
        assert re.fullmatch(r"<[^<>@\s]+@[^<>@\s]+>", str(message["Message-ID"]))
        if "List-Id" not in message:
            assert message["Auto-Submitted"] in {"auto-generated", "auto-replied"}, name
            assert "List-Unsubscribe" not in message
            assert "Precedence" not in message
            continue
        assert re.fullmatch(r"<[a-z0-9.-]+>", str(message["List-Id"])), "RFC 2919, section 2"
        assert LIST_HEADER.fullmatch(str(message["List-Unsubscribe"])), name
        assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click", "RFC 8058, section 3.1"
