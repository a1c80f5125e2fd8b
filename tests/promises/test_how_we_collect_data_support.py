"""Prove what the policy says about support and what is like it: who sees it, how it is answered, and how often."""

import re

import psycopg
import pytest
from django.test import Client

from avow.policy.proof.keeps import proves
from avow.terms import Promise, Role
from tests.promises.conftest import Site, person_at
from tests.promises.writing import (
    ALICE,
    BOB,
    CANARY,
    SUPPORT,
    bomb,
    document,
    hand_in,
    letter,
    pages,
    paths,
    photograph,
    read,
    say,
    sent,
    text_of,
    unpacked,
)
from tests.units.page.staff.cast import at_desk


@pytest.fixture
def helper(site: Site) -> Client:
    """Give the browser of somebody of our support."""
    assert site.server.url
    return at_desk(Role.SUPPORT)[0]


@proves(Promise.SUPPORT, Promise.LETTERS, "S6", "S9")
def test_support_by_mail_is_one_conversation(site: Site, helper: Client) -> None:
    """A letter begins it, our answer goes into its thread, and what is written back joins it, however it names it."""
    first = hand_in(letter("The lamp does not turn."))
    (told,) = sent(site, ALICE)
    assert told["Auto-Submitted"] == "auto-replied"
    assert told["In-Reply-To"] == first
    (path,) = paths(helper, "support")
    page = read(helper, path)
    assert "The lamp does not turn." in page
    assert "The lamp" in read(helper, "/desk/support/")
    assert say(helper, path, "Please oil it.").status_code == 302
    (answered,) = sent(site, ALICE)
    assert "Please oil it." in text_of(answered)
    assert (answered["In-Reply-To"], answered["Reply-To"]) == (first, SUPPORT)
    assert "Auto-Submitted" not in answered
    mark = re.search(r"\[[A-Z2-9-]{14}\]", str(answered["Subject"]))
    assert mark
    assert mark[0] in str(told["Subject"])
    assert not paths(helper, "support")
    hand_in(letter("Oil did not help.\n\nOn Mon we wrote:\n> Please oil it.", In_Reply_To=str(answered["Message-ID"])))
    hand_in(letter("Nor did grease.", subject=f"Fwd: {mark[0]} lamp"))
    assert paths(helper, "support") == [path]
    page = read(helper, path)
    assert "Oil did not help." in page
    assert "Nor did grease." in page
    assert page.count("Please oil it.") == 1, "a quotation is not kept twice"
    assert not sent(site, ALICE), "what goes on is not acknowledged again"


@proves(Promise.SUPPORT, "S9")
def test_nobody_writes_into_what_another_began(site: Site, helper: Client) -> None:
    """Whoever knows a mark, and writes from another mailbox, begins something of their own; each is answered alone."""
    hand_in(letter("The lamp does not turn."))
    mark = re.search(r"\[[A-Z2-9-]{14}\]", str(sent(site, ALICE)[0]["Subject"]))
    assert mark
    hand_in(letter("Send it to me instead.", BOB, f"Re: {mark[0]}"))
    hers, his = paths(helper, "support")
    assert "Send it to me" not in read(helper, hers)
    say(helper, his, "Who are you?")
    assert not [one for one in sent(site, ALICE) if "Who are you?" in text_of(one)]


@proves(Promise.SUPPORT, "S9")
def test_machines_begin_nothing_and_get_nothing(helper: Client, owner: psycopg.Connection) -> None:
    """No answer of a program, no list, no report and no letter of our own begins anything or is answered."""
    hand_in(letter("I am away.", Auto_Submitted="auto-replied"))
    hand_in(letter("News!", List_Id="<news.example.net>", Precedence="list"))
    hand_in(letter("Loop", SUPPORT))
    assert not paths(helper, "support")
    assert owner.execute("SELECT count(*) FROM outgoing").fetchone() == (0,)
    hand_in(letter("It is broken."))
    assert len(paths(helper, "support")) == 1


@proves(Promise.SUPPORT, "S9")
def test_support_alone_sees_it_and_sees_what_it_is_for(site: Site, helper: Client) -> None:
    """No other role opens the desk or the page, its reader is noted, and nobody is mailed marketing for it."""
    hand_in(letter("My cellar is flooded."))
    (path,) = paths(helper, "support")
    for role in (Role.MARKETING, Role.HIRING, Role.ORDERS, Role.OPERATOR, Role.PRIVACY_OFFICER):
        other, _ = at_desk(role, email=f"{role.value}@example.com")
        for place in (path, "/desk/support/"):
            page = other.get(place)
            assert page.status_code == 403
            assert b"flooded" not in page.content
    assert not site.may(person_at(ALICE), "offers")
    assert "flooded" in read(helper, path)


@proves(Promise.SUPPORT, "S9")
def test_files_are_kept_without_their_maker(helper: Client, owner: psycopg.Connection) -> None:
    """Pictures, PDF and office documents lose whoever made them; what cannot be cleaned, or is a bomb, is not kept."""
    message = letter("See the files.")
    files = {"a.jpg": photograph(), "b.docx": document(), "c.pdf": pages(), "d.docx": bomb(), "e.exe": b"MZ\x00\x01"}
    for name, data in files.items():
        assert name in {"d.docx", "e.exe"} or any(CANARY.encode() in one for one in unpacked(data)), name
        message.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    message.add_attachment("just words", subtype="plain", filename="../../f.txt")
    hand_in(message)
    (path,) = paths(helper, "support")
    page = read(helper, path)
    rows = owner.execute("SELECT name, kind, data, why FROM enclosed ORDER BY name").fetchall()
    kept = {name: bytes(data) for name, _, data, why in rows if not why}
    assert set(kept) == {"a.jpg", "b.docx", "c.pdf", "f.txt"}
    assert {name: why for name, _, _, why in rows if why} == {
        "d.docx": "it unpacks to more than it may",
        "e.exe": "we keep pictures, PDF, text and office documents, and nothing else",
    }
    for name, data in kept.items():
        assert not any(CANARY.encode() in whole for whole in unpacked(data)), name
    assert any(b"the lamp" in whole for whole in unpacked(kept["b.docx"]))
    found = re.search(rf'href="({path}file/[0-9a-f-]+/)">a.jpg', page)
    assert found
    answer_ = helper.get(found[1])
    assert answer_.content == kept["a.jpg"]
    assert answer_["Content-Disposition"].startswith("attachment")
    assert at_desk(Role.MARKETING, email="mo@example.com")[0].get(found[1]).status_code == 403
