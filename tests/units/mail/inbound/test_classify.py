"""Test what letters are taken for: our own templates, samples that others gathered, and what nobody should send."""

from email.utils import getaddresses
from importlib.resources import files

import pytest

from avow.mail.inbound.classify import Asking, classify
from avow.mail.inbound.intents import Intent, Width, asked
from avow.mail.inbound.letter import read
from avow.mail.inbound.machine import Machine
from tests.units.mail.inbound.corpus import OPTOUT, Sample, letter, samples

TOKEN = "A" * 60
ASKING = Asking(
    own=frozenset({"privacy@example.com"}),
    hosts=frozenset({"www.example.com"}),
    topics={"offers": "Offers", "versions": "New versions"},
    opens=lambda token: "offers" if token == TOKEN else None,
    returned=lambda tag: f"<{'0' * 32}@www.example.com>" if tag == "f" * 40 else None,
    authserv="mx.example.com",
)
DSN = """\
From: MAILER-DAEMON@example.net
To: bounce@example.com
Subject: Undelivered Mail
Content-Type: multipart/report; report-type=delivery-status; boundary=b

--b
Content-Type: text/plain

It could not be delivered. Please unsubscribe me.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.net

Final-Recipient: rfc822; alice@example.org
Action: {action}
Status: {status}
--b
Content-Type: message/rfc822

Message-ID: <{id}@www.example.com>
List-Unsubscribe: <https://www.example.com/choices/{token}/one-click/>

An offer
--b--
"""
ARF = """\
From: reports@example.net
To: abuse@example.com
Subject: a report
Content-Type: multipart/report; report-type=feedback-report; boundary=b

--b
Content-Type: text/plain

It was marked as junk.
--b
Content-Type: message/feedback-report

Feedback-Type: {kind}
Version: 1
--b
Content-Type: message/rfc822

From: privacy@example.com
Message-ID: <{id}@www.example.com>

Look: https://www.example.com/choices/{token}/
--b--
"""


@pytest.mark.parametrize("sample", list(samples()), ids=lambda sample: sample.name[:60].replace("\n", " "))
def test_letters_of_our_own(sample: Sample) -> None:
    """Every template is taken for what it is, and only what a human wrote may be answered."""
    found = classify(sample.raw, ASKING)
    assert found.machine.value == sample.machine
    assert {one.value for one in found.intents} == sample.intents
    assert found.reply == (sample.machine == "none")


@pytest.mark.parametrize(
    "words",
    [
        "Please delete all my personal data.",
        "Bitte löschen Sie alle meine Daten.",
        "Je demande l'effacement de mes données : effacez toutes mes données.",
        "Ejerzo mi derecho de supresión.",
        "Cancellate i miei dati.",
        "Verwijder al mijn gegevens.",
        "Apaguem os meus dados.",
    ],
)
def test_who_wants_to_be_forgotten_says_no_to_everything(words: str) -> None:
    """It is a request for people to decide, and a no that holds at once."""
    found = asked("", words, {})
    assert {Intent.ERASURE, Intent.OPTOUT} <= {*found.intents}
    assert found.width is Width.EVERYTHING


def test_there_are_enough() -> None:
    """Ten turns of phrase in each of seven languages, and three hundred letters in all."""
    assert len(OPTOUT) == 7
    assert all(len(texts) == 10 for texts in OPTOUT.values())
    assert len(list(samples())) > 300


@pytest.mark.parametrize(
    ("action", "status", "kind"),
    [("failed", "5.1.1", "permanent"), ("delayed", "4.2.2", "temporary"), ("delivered", "2.0.0", "none")],
)
def test_a_report_of_delivery(action: str, status: str, kind: str) -> None:
    """Whom it is about, the status, how long it lasts, and the message it brings back; its words ask for nothing."""
    raw = DSN.format(action=action, status=status, id="a" * 32, token=TOKEN).encode()
    found = classify(raw, ASKING)
    assert found.machine is Machine.DSN
    assert [(one.recipient, one.status, one.kind) for one in found.failures] == [("alice@example.org", status, kind)]
    assert found.ours == f"<{'a' * 32}@www.example.com>"
    assert not found.intents
    assert not found.reply


@pytest.mark.parametrize(("kind", "stops"), [("abuse", True), ("opt-out", True), ("not-spam", False)])
def test_a_report_of_abuse(kind: str, stops: bool) -> None:
    """A complaint is a no of whom the message went to; that something is no junk is none."""
    found = classify(ARF.format(kind=kind, id="a" * 32, token=TOKEN).encode(), ASKING)
    assert found.machine is Machine.ARF
    assert found.intents == ((Intent.OPTOUT,) if stops else ())
    assert found.token == TOKEN
    assert not found.reply


def test_our_tokens() -> None:
    """In the subject, in a plus-address, in the quotation; a forged one is none, and the word beside it counts."""
    found = classify(letter("", f"Subject: stop {TOKEN}"), ASKING)
    assert (found.token, found.width, found.queue) == (TOKEN, Width.LIST, "stop")
    forged = classify(letter("", f"Subject: stop {'B' * 60}"), ASKING)
    assert (forged.token, forged.width, forged.intents) == ("", Width.MARKETING, (Intent.OPTOUT,))
    assert classify(letter("", f"To: privacy+{TOKEN}@example.com"), ASKING).intents == (Intent.OPTOUT,)
    quoted = classify(letter(f"Unsubscribe me\n> https://www.example.com/choices/{TOKEN}/"), ASKING)
    assert (quoted.token, quoted.intents) == (TOKEN, (Intent.OPTOUT,))
    assert classify(letter("x"), ASKING, [f"bounce+{'f' * 40}@example.com"]).ours.startswith("<0000")


@pytest.mark.parametrize(
    ("text", "width"),
    [
        ("unsubscribe me", Width.MARKETING),
        ("unsubscribe me from this newsletter only", Width.LIST),
        ("no more offers, please", Width.TOPIC),
        ("stop all mails, never contact me again", Width.EVERYTHING),
    ],
)
def test_how_much_a_no_stops(text: str, width: Width) -> None:
    """All marketing, unless it says more or less."""
    assert classify(letter(text), ASKING).width is width


def test_only_our_own_border_server_vouches() -> None:
    """Results of authentication count under our server's name alone, and the topmost of them."""
    ours = "Authentication-Results: mx.example.com; dmarc=pass header.from=example.org"
    assert classify(letter("x", ours), ASKING).authentic
    assert not classify(letter("x", ours.replace("mx.example.com", "mx.example.net")), ASKING).authentic
    assert not classify(letter("x", ours.replace("pass", "fail")), ASKING).authentic
    assert not classify(letter("x", ours), Asking()).authentic


@pytest.mark.parametrize(
    "written",
    [
        "alice@example.org",
        "<alice@example.org>",
        "<a.b+c@example.org",
        "a-b_c@example.org>",
        "a..b@example.org",
        "Alice <alice@example.org>",
        "alice@example.org, <bob@example.net>",
        "alice@example..org",
        "alice@example.org (Alice)",
        "<>",
        "alice",
    ],
)
def test_a_bare_address_is_read_as_any_other(written: str) -> None:
    """What is seen at a glance is what the library reads of it."""
    found = read(f"From: {written}\nTo: <bob@example.net>\n\nx".encode())
    told = [address for _, address in getaddresses([written, "<bob@example.net>"]) if "@" in address]
    assert found.addresses("from", "to") == tuple(told)


def test_nothing_breaks_it() -> None:
    """Broken charsets, headers of eight bits, deep and wide MIME, a winmail.dat, large and empty letters: each ends."""
    deep = "".join(f"Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n" for n in range(3_000))
    wide = "Content-Type: multipart/mixed; boundary=b\n\n" + "--b\n\nx\n" * 50_000
    ends = [
        b"",
        b"\n\n",
        b"\x00\xff" * 1_000,
        b"From: \xff\xfe@example.org\nSubject: \xe4\xf6\n\n\xff",
        letter("x", "Subject: =?nonsense?b?//8=?="),
        letter("unsubscribe", "From: (((((", kind="text/plain", charset="utf-8").replace(b"utf-8", b"utf-\xff"),
        letter("x").replace(b"utf-8", b"x-no-such"),
        b"From: a@example.org\n" + deep.encode(),
        b"From: a@example.org\n" + wide.encode(),
        b"From: a@example.org\nContent-Type: application/ms-tnef; name=winmail.dat\n\n" + b"\x78\x9f\x3e\x22" * 100,
        letter("<div>" * 50_000, kind="text/html"),
        letter("<!" * 50_000, kind="text/html"),
        letter("a " * 3_000_000),
        b"From: " + b"a@example.org, " * 100_000 + b"\n\nx",
    ]
    for raw in ends:
        assert classify(raw, ASKING).machine in {*Machine}
    assert isinstance(classify(ends[3], ASKING).subject, str)
    assert classify(ends[3], ASKING).subject == "äö"


def test_samples_that_others_gathered() -> None:
    """Python's own e-mail test data: nothing breaks, and the reports among them are told apart."""
    kinds = []
    for path in files("test.test_email").joinpath("data").iterdir():
        if path.is_file():
            found = classify(path.read_bytes(), ASKING)
            kinds.append(found.machine)
            assert not (found.reply and found.machine is not Machine.NONE)
    assert len(kinds) > 50
    assert Machine.DSN in kinds
