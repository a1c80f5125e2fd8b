"""Prove what the policy says about letters: what they refuse, what becomes of them, what is answered."""

from email.message import EmailMessage

import psycopg
import pytest

from avow.config import config
from avow.lmtp.take import take
from avow.mail.links import links
from avow.mail.outbox import work
from avow.mail.taken.cases import open_letters
from avow.mail.taken.raw import Raw
from avow.page.site import policy
from avow.policy.due import due
from avow.policy.proof.keeps import proves
from avow.record.key import NOBODY
from avow.record.known.address import parse
from avow.record.seen.cases import case_of
from avow.terms import Promise, Role
from tests.promises.conftest import Site, person_at
from tests.units.page.staff.cast import at_desk

ALICE, BOB = "alice@example.org", "bob@example.org"


def written(text: str, sender: str = ALICE, subject: str = "Hello", **headers: str) -> Raw:
    """Write a letter to the privacy mailbox."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, policy().front.mailbox, subject
    message["Message-ID"] = f"<{abs(hash((text, sender, subject)))}@example.org>"
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    return Raw(sender, (policy().front.mailbox,), message.as_bytes())


@proves(Promise.OPTOUT_BY_LETTER, "S25", "S28")
@pytest.mark.parametrize(
    "text", ["Please unsubscribe me.", "Bitte keine Werbung mehr!", "Ne m'envoyez plus de publicité.", "stop"]
)
def test_a_letter_that_says_stop_is_enough(site: Site, text: str) -> None:
    """Whoever writes in plain words that they want no more gets no more; who did not write still does."""
    site.register(ALICE), site.register(BOB)
    assert take(written(text))
    assert set(site.mail()) == {BOB}


@proves(Promise.OPTOUT_BY_LETTER, "S25")
def test_a_letter_to_the_address_of_the_header_stops_that_list(site: Site) -> None:
    """The mailto of List-Unsubscribe stops its list, from another mailbox too; and that mailbox gets none either."""
    alice = site.register(ALICE)
    found = links(alice, parse(ALICE).reach_id, "offers", policy().front.mailbox)
    subject = found.mailto.partition("subject=")[2].replace("%20", " ")
    assert ALICE in site.mail()
    assert take(written("", "alice@example.net", subject))
    assert ALICE not in site.mail()
    assert ALICE in site.mail("updates")


@proves(Promise.OPTOUT_BY_LETTER, "S25")
def test_a_no_that_somebody_else_wrote_is_told_and_can_be_undone(site: Site) -> None:
    """It is taken, for a no needs no proof; the person is told at once, and allows it again once they signed in."""
    site.register(ALICE)
    assert take(written("unsubscribe", Authentication_Results="mx.example.com; dmarc=fail header.from=example.org"))
    assert ALICE not in site.mail()
    work()
    body = site.received("# Your letter to us")[ALICE].get_body(("plain",))
    assert body is not None
    assert "if somebody else wrote in your name, sign in" in " ".join(str(body.get_content()).split())
    site.sign_in(ALICE)
    site.browser.post("/me/", {"choose": "scope-marketing:yes"})
    assert ALICE in site.mail()


@proves(Promise.OPTOUT_BY_LETTER, "S25")
def test_a_quoted_footer_says_nothing(site: Site) -> None:
    """An answer that quotes our footer with its word, or a reply by a machine, is no refusal."""
    site.register(ALICE)
    quoted = "Thank you, what does it cost?\n\nOn Mon, 3 May 2027 we wrote:\n> To unsubscribe, open this page.\n"
    assert take(written(quoted))
    assert take(written("I am away. unsubscribe me", Auto_Submitted="auto-replied"))
    assert ALICE in site.mail()


@proves(Promise.LETTERS, "S6")
def test_a_letter_is_kept_like_a_form(site: Site, owner: psycopg.Connection) -> None:
    """It is an item under its stamp, kept as the policy says, and serves no marketing; as it came it stays on disk."""
    letter = written("Do you have an office in Lisbon?", BOB)
    assert take(letter)
    bob = person_at(BOB)
    rows = owner.execute(
        "SELECT i.category, s.channel, s.version, i.until IS NULL, i.fields FROM item i"
        " JOIN stamp s ON s.id = i.stamp_id WHERE i.person_id = %s ORDER BY 1",
        [bob],
    ).fetchall()
    assert [row[:4] for row in rows] == [
        ("contact", "letter", "2025-01-01", True),
        ("letter", "letter", "2025-01-01", False),
    ]
    assert "Lisbon" in rows[1][4]["text"]
    assert not any(site.may(bob, name) for name in ("offers", "updates", "newsletter"))
    key, digest = owner.execute("SELECT id, digest FROM letter").fetchone() or ()
    assert (config().data / "letters" / "kept" / f"{key.hex}.eml").read_bytes().endswith(letter.data)
    assert bytes(digest) == letter.digest


@proves(Promise.LETTERS, "S6")
@pytest.mark.usefixtures("site")
def test_a_machine_makes_no_person(owner: psycopg.Connection) -> None:
    """What machines write is noted, and nobody is made of it and nobody is answered."""
    assert take(written("I am away.", Auto_Submitted="auto-replied"))
    assert owner.execute("SELECT count(*) FROM person").fetchone() == (0,)
    assert owner.execute("SELECT machine, state, person_id FROM letter").fetchall() == [("autoreply", "done", NOBODY)]
    assert owner.execute("SELECT count(*) FROM outgoing").fetchone() == (0,)


@proves(Promise.COMMENTS_READ, "S43")
@pytest.mark.usefixtures("site")
def test_a_comment_waits_for_a_person(owner: psycopg.Connection) -> None:
    """Each letter stands on the desk with its clock until somebody says what was answered; its words where they may."""
    assert take(written("I like this page.", BOB))
    (one,) = open_letters()
    assert one.intents == ("comment",)
    assert one.due == due(policy(), one.at, policy().rights["comment"].days)
    browser, who = at_desk(Role.PRIVACY_OFFICER)
    page = browser.get("/desk/letters/").content.decode()
    assert str(one.id) in page
    assert BOB not in page
    card = browser.get(f"/desk/people/{one.person}/?for=rights").content.decode()
    assert "I like this page." in card
    assert browser.post(f"/desk/letters/{one.id}/close/", {"note": ""}).status_code == 400
    browser.post(f"/desk/letters/{one.id}/take/")
    assert open_letters()[0].owner == who.id
    assert browser.post(f"/desk/letters/{one.id}/close/", {"note": "thanked"}).status_code == 302
    assert not open_letters()
    assert case_of(one.person) is None
    assert browser.post(f"/desk/letters/{one.id}/close/", {"note": "again"}).status_code == 404
    assert owner.execute("SELECT note, owner FROM letter").fetchone() == ("thanked", who.id)


@proves(Promise.COMMENTS_READ, "S43")
def test_a_letter_is_answered_once_a_week(site: Site) -> None:
    """The first letter is acknowledged, in its thread and from nobody; more of them the same week are not."""
    for number in range(3):
        assert take(written(f"A question, number {number}?", BOB))
    work()
    answers = site.received("# Your letter to us")
    assert set(answers) == {BOB}
    assert answers[BOB]["Auto-Submitted"] == "auto-replied"
    assert answers[BOB]["In-Reply-To"].endswith("@example.org>")
    assert len(open_letters()) == 3
    assert len({one.person for one in open_letters()}) == 1


@proves(Promise.MISTAKES_ANSWERED, "S28")
def test_who_asks_why_a_message_came_is_told(site: Site) -> None:
    """The message that is answered is found, and the answer says when it was handed over and what was refused when."""
    site.register(ALICE)
    offer = site.mail()[ALICE]
    assert take(written("Why did I get this? Please stop.", subject="Re: An offer", In_Reply_To=offer["Message-ID"]))
    work()
    body = site.received("# Your letter to us")[ALICE].get_body(("plain",))
    assert body is not None
    words = " ".join(str(body.get_content()).split())
    assert "The message was handed over on 20" in words
    assert "You refused on 20" in words
    assert "which was after it" in words
    assert ALICE not in site.mail()


@proves(Promise.COMMENTS_READ, "S43")
def test_who_gave_us_something_in_german_is_answered_in_german(site: Site) -> None:
    """A letter of whoever read our page in German is answered in German, though a program answers it."""
    site.browser.defaults["HTTP_ACCEPT_LANGUAGE"] = "de"
    site.register(ALICE)
    vouched = "mx.example.com; dmarc=pass header.from=example.org"
    assert take(written("Bitte um Auskunft über meine Daten.", Authentication_Results=vouched))
    assert take(written("A question.", BOB))
    work()
    body = site.received("# Ihr Brief an uns")[ALICE].get_body(("plain",))
    assert body is not None
    words = " ".join(str(body.get_content()).split())
    assert "wird nur Ihnen gezeigt" in words
    assert "Ein Mensch liest Ihren Brief" in words


@proves(Promise.MISTAKES_ANSWERED, "S28")
def test_nobody_else_is_told_of_a_message(site: Site) -> None:
    """Whoever writes about another's message is told nothing of it, though it stops for both."""
    site.register(ALICE)
    offer = site.mail()[ALICE]
    assert take(written("Why did I get this spam?", "mallory@example.net", In_Reply_To=offer["Message-ID"]))
    work()
    body = site.received("# Your letter to us")["mallory@example.net"].get_body(("plain",))
    assert body is not None
    assert "handed over" not in str(body.get_content())
    assert ALICE not in site.mail()
