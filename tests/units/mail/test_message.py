"""Test what a message says, byte by byte where it matters."""

import re
from dataclasses import replace
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest

from avow.config import config
from avow.decision.request import Request
from avow.errors import AddressError, MailError
from avow.gate.clearance import _SEAL, Clearance
from avow.mail.form.form import Form, purpose_of, single, to_list
from avow.mail.form.letterhead import check_marketing, letterhead
from avow.mail.links import links
from avow.mail.message import Message, compose
from avow.policy.document import Policy
from avow.policy.reader import read
from avow.record.key import new_key
from avow.record.token import unseal
from avow.terms import MessageKind

KEY, ALICE, REACH = new_key(), new_key(), bytes(32)
WORDS = "# News for {{ name | you }}\n\nDear {{ name | friend }},\n\nall is **well** in the harbour.\n"


@pytest.fixture(scope="module")
def harbour() -> Policy:
    """Read the example policy."""
    return read(Path(__file__).parents[3] / "policies/example/2025-01-01.md")


def newsletter(policy: Policy, words: str = WORDS) -> Form:
    """Compile a newsletter."""
    return to_list(policy, purpose_of(policy, MessageKind.NEWSLETTER), "news", None, words)


def cleared(request: Request, address: str = "alice@example.org", name: str = "Alice") -> Clearance:
    """Make the clearance that the gate would give for Alice."""
    source = ("2025-03-02T10:00:00+00:00", "registration", "2025-01-01")
    fields = {"contact": {"email": address}, "profile": {"name": name, "phone": "1"}}
    return Clearance(
        ALICE,
        request,
        "2025-01-01",
        fields,
        {"contact": source, "profile": source},
        REACH,
        3,
        7,
        frozenset(),
        seal=_SEAL,
    )


def composed(policy: Policy, words: str = WORDS, name: str = "Alice", address: str = "alice@example.org") -> Message:
    """Compose a newsletter to Alice."""
    form = newsletter(policy, words)
    ways = links(ALICE, REACH, "news", policy.front.mailbox)
    return compose(cleared(form.request, address, name), form, letterhead(policy), KEY, ways)


def parsed(message: Message) -> EmailMessage:
    """Read a message as its receiver does."""
    found = message_from_bytes(message.data, policy=policy.default)
    assert isinstance(found, EmailMessage)
    assert not found.defects
    return found


def body(message: EmailMessage, kind: str) -> str:
    """Give the text of a part."""
    part = message.get_body((kind,))
    assert part is not None
    return str(part.get_content())


def test_a_marketing_message_has_all_it_must(harbour: Policy) -> None:
    """List-Unsubscribe by https and mailto, one click, List-Id, postal address, why, and a visible link."""
    message = parsed(composed(harbour))
    ways = re.findall(r"<([^>]*)>", str(message["List-Unsubscribe"]))
    token = ways[0].split("/choices/")[1].removesuffix("/one-click/")
    assert unseal("choose", token) == (ALICE.hex, REACH.hex(), "news")
    assert ways[1] == f"mailto:privacy@example.com?subject=stop%20{token}"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message["List-Id"] == "<news.127.0.0.1>"
    for kind in ("plain", "html"):
        words = body(message, kind)
        assert harbour.front.postal in words
        assert f"/choices/{token}/" in words
        assert "2025-03-02" in words
        assert "registration" in words
    assert message["To"] == "alice@example.org"
    assert message["From"] == '"Harbour Mail, Inc." <privacy@example.com>'
    assert message["Subject"] == "News for Alice"


def test_nothing_in_it_tells_on_the_reader(harbour: Policy) -> None:
    """No image, no script, no remote style; only our own link to the choices."""
    words = body(parsed(composed(harbour)), "html")
    assert not re.search(r"<(img|script|link|iframe|style)|url\(|src=", words)
    assert len(re.findall("https?://", words)) == len(re.findall("https?://[^/]+/choices/", words)) == 2


@pytest.mark.parametrize(
    "name", ["Zoë", "Alice\r\nBcc: mallory@example.net", "a" * 3000, "\u2028x\x00", "<b>", "=?x?="]
)
def test_a_name_stays_in_its_place(harbour: Policy, name: str) -> None:
    """Whatever a person typed as a name, headers, lines and parts stay ours."""
    message = composed(harbour, name=name)
    assert max(map(len, message.data.split(b"\r\n"))) <= 998
    assert b"\n" not in message.data.replace(b"\r\n", b"")
    read = parsed(message)
    assert "Bcc" not in read
    assert set(read.keys()) == {
        "From", "To", "Subject", "Date", "Message-ID", "List-Id", "List-Unsubscribe", "List-Unsubscribe-Post",
        "MIME-Version", "Content-Language", "Content-Type",
    }  # fmt: skip
    words = " ".join("".join(sign if sign.isprintable() else " " for sign in name).split())
    assert len(str(read["Subject"])) <= 200
    assert words in " ".join(body(read, "plain").split())
    assert "<b>" not in body(read, "html").replace("<body>", "")


def test_the_id_is_the_same_at_each_attempt(harbour: Policy) -> None:
    """A message that is sent again keeps its id, which tells nothing about its recipient."""
    first, again = composed(harbour), composed(harbour)
    assert first.id == again.id
    assert "alice" not in first.id


def test_letters_beyond_ascii_cross_as_the_server_allows(harbour: Policy) -> None:
    """Eight bits where they are offered, quoted-printable where not; the words are the same."""
    form = newsletter(harbour, "# Été\n\nUn été à la mer, = et voilà.\n")
    head, ways = letterhead(harbour), links(ALICE, REACH, "news", "privacy@example.com")
    for eight_bit in (False, True):
        message = compose(cleared(form.request), form, head, KEY, ways, eight_bit=eight_bit)
        assert message.eight_bit is eight_bit
        assert message.data.isascii() is not eight_bit
        assert "Un été à la mer, = et voilà." in body(parsed(message), "plain")
        assert parsed(message)["Subject"] == "Été"


def test_an_address_beyond_ascii_needs_smtputf8(harbour: Policy) -> None:
    """The envelope says so; an address that is none composes nothing."""
    assert composed(harbour, address="zoë@example.org").utf8
    assert not composed(harbour).utf8
    with pytest.raises(AddressError):
        composed(harbour, address="alice@example.org\r\nRCPT TO:<x@example.net>")


def test_a_clearance_for_another_use_composes_nothing(harbour: Policy) -> None:
    """What was cleared for one use is no address for another."""
    form = newsletter(harbour)
    other = cleared(Request("account", form.request.categories))
    with pytest.raises(MailError, match="another use"):
        compose(other, form, letterhead(harbour), KEY)


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("no subject", "no subject"),
        ("# only a subject", "no text"),
        ("# s\n\n{{ name }}", "not everybody gave"),
        ("# s\n\n{{ subject | x }}", "may not see a field 'subject'"),
        ("# s\n\n![x](https://example.net/x.png)", "no images"),
    ],
)
def test_a_mailing_that_cannot_be_is_refused_before_the_first(harbour: Policy, words: str, why: str) -> None:
    """Each lack is found when the message is compiled, not at some recipient."""
    with pytest.raises(MailError, match=why):
        newsletter(harbour, words)


def test_duties_are_checked_before_the_first(harbour: Policy, monkeypatch: pytest.MonkeyPatch) -> None:
    """No postal address, no mailbox, no list or, in production, no https: the mailing is refused."""
    head = letterhead(harbour)
    check_marketing(head, "news")
    for lacking, words in ((replace(head, postal=""), "postal"), (replace(head, mailbox=""), "mailbox")):
        with pytest.raises(MailError, match=words):
            check_marketing(lacking, "news")
    with pytest.raises(MailError, match="to no list"):
        check_marketing(head, None)
    monkeypatch.setenv("AVOW_PRODUCTION", "1")
    monkeypatch.setenv("AVOW_SITE", "http://example.com")
    config.cache_clear()
    try:
        with pytest.raises(MailError, match="https"):
            check_marketing(head, "news")
    finally:
        monkeypatch.undo()
        config.cache_clear()


@pytest.mark.parametrize("words", ["confirm", "code", "code-old", "code-new", "link", "address-changed"])
def test_single_messages_are_short_and_plain(harbour: Policy, words: str) -> None:
    """Every single message is plain text with our name and address, without a link that refuses a list."""
    form = single(harbour, MessageKind.IDENTITY, words)
    masked = "a•••@e•••.org"
    given = {"code": "123456", "link": "https://example.com/confirm/x/", "to": masked, "from": masked}
    message = parsed(compose(cleared(form.request), form, letterhead(harbour), KEY, given=given))
    assert message.get_content_type() == "text/plain"
    assert "List-Unsubscribe" not in message
    assert message["Auto-Submitted"] == "auto-generated"
    assert harbour.front.postal in body(message, "plain")
    assert "{{" not in body(message, "plain")
    assert len(body(message, "plain")) < 850
    assert (masked in body(message, "plain")) is (words in {"code-old", "code-new", "address-changed"})
