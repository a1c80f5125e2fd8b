"""Compose the bytes of a message from a clearance; without one there is no address to write on."""

import binascii
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.header import Header
from email.utils import format_datetime, formataddr
from uuid import UUID

from avow.errors import MailError
from avow.gate.clearance import Clearance
from avow.mail.form.form import Form
from avow.mail.form.letterhead import Letterhead
from avow.mail.form.returned import return_path
from avow.mail.form.text import escaped
from avow.mail.links import Links
from avow.mail.signed.sign import signed
from avow.policy.proof.keeps import keeps
from avow.record.known.address import parse
from avow.terms import Promise

THREAD = "thread"
"""Names the value of an act that is the id of the letter which a message answers; "" where it bears none."""
_ID = re.compile(r"<[!-;=?-~]{1,250}>")
_LONGEST_LINE = 998
_LONGEST_SUBJECT = 200


@dataclass(frozen=True, slots=True)
class Message:
    """One message to one mailbox: envelope, bytes with CRLF lines, and what the mail server must offer."""

    sender: str
    recipient: str
    id: str
    data: bytes
    eight_bit: bool = False
    utf8: bool = False


def message_id(key: UUID, reach: bytes, host: str) -> str:
    """Give the id of a message: the same for each attempt, telling nothing about the recipient."""
    return f"<{hashlib.sha256(key.bytes + reach).hexdigest()[:32]}@{host}>"


def address(clearance: Clearance, form: Form) -> str:
    """Give the released address as it was written, or "" if there is none."""
    category, field = form.address
    return clearance.fields.get(category, {}).get(field, "")


@keeps(Promise.OPTOUT_BY_LINK)
def compose(
    clearance: Clearance,
    form: Form,
    head: Letterhead,
    key: UUID,
    links: Links | None = None,
    given: Mapping[str, str] | None = None,
    *,
    eight_bit: bool = False,
) -> Message:
    """Fill a form from what the gate released; `key` is the delivery's, `given` are values of the act (a code).

    Uses the clearance up. Raises MailError if it is for another use, AddressError if it released no address.
    """
    if clearance.request != form.request or clearance.reach is None:
        raise MailError("this clearance is for another use, or for no mailbox", "ask the gate for this very use")
    recipient = parse(address(clearance, form)).display
    values = _values(clearance, head, links) | dict(given or {})
    name = message_id(key, clearance.reach, head.host)
    eight_bit = eight_bit and not head.keys  # what is signed must not be recoded on its way (RFC 6376, section 5.3)
    body = _body(form, values, name, head, eight_bit=eight_bit)
    answers = None if given is None else given.get(THREAD)
    lines = [
        f"From: {formataddr((head.company, head.mailbox))}",
        f"To: {recipient}",
        f"Subject: {_header(form.subject.fill(values))}",
        f"Date: {format_datetime(datetime.now(UTC))}",
        f"Message-ID: {name}",
        *(_list_lines(form, head, links) if answers is None else _answer_lines(answers)),
        "MIME-Version: 1.0",
    ]
    data = signed("\r\n".join(lines).encode() + b"\r\n" + body, head.keys)
    raw = eight_bit and not body.isascii()
    sender = return_path(name, head.mailbox) if answers is None else ""
    return Message(sender, recipient, name, data, eight_bit=raw, utf8=not recipient.isascii())


def _values(clearance: Clearance, head: Letterhead, links: Links | None) -> dict[str, str]:
    """Give what holes may name: released fields, the sender, and from where and when the data is."""
    values = {field: one_line(value) for fields in clearance.use().values() for field, value in fields.items()}
    when, channel, version = next(iter(clearance.sources.values()), ("", "", ""))
    values |= {"company": head.company, "postal": head.postal, "mailbox": head.mailbox}
    values |= {"source.date": str(when)[:10], "source.channel": channel, "source.version": version}
    return values | ({"choices": links.choices} if links else {})


def one_line(value: str) -> str:
    """Take line breaks and control characters out of a person's own words."""
    return "".join(sign if sign.isprintable() else " " for sign in value).strip()


def _header(value: str) -> str:
    value = one_line(value)[:_LONGEST_SUBJECT]
    return Header(value, None if value.isascii() else "utf-8", header_name="Subject").encode(linesep="\r\n")


def _list_lines(form: Form, head: Letterhead, links: Links | None) -> list[str]:
    """Give the lines that let mail programs offer the way out (RFC 2369, 2919, 8058)."""
    if form.list is None or links is None:
        return ["Auto-Submitted: auto-generated"]
    return [
        *([f"Reply-To: {head.reply_to}"] if head.reply_to else []),
        f"List-Id: <{form.list}.{head.host}>",
        f"List-Unsubscribe: <{links.one_click}>,\r\n <{links.mailto}>",
        "List-Unsubscribe-Post: List-Unsubscribe=One-Click",
    ]


def _answer_lines(thread: str) -> list[str]:
    """Give the lines of an answer by a program, which no other program answers in turn (RFC 3834, section 3.1)."""
    lines = ["Auto-Submitted: auto-replied", "X-Auto-Response-Suppress: All"]
    return [*lines, f"In-Reply-To: {thread}", f"References: {thread}"] if _ID.fullmatch(thread) else lines


def _body(form: Form, values: Mapping[str, str], name: str, head: Letterhead, *, eight_bit: bool) -> bytes:
    plain = _part("plain", form.text.fill(values), eight_bit=eight_bit)
    if form.html is None:
        return plain
    rich = _part("html", form.html.fill(values, escaped), eight_bit=eight_bit)
    mark = f"=_{name[1:33]}".encode()
    start = (
        f'Content-Language: {head.language}\r\nContent-Type: multipart/alternative; boundary="{mark.decode()}"\r\n\r\n'
    )
    return b"".join((start.encode(), b"--", mark, b"\r\n", plain, b"--", mark, b"\r\n", rich, b"--", mark, b"--\r\n"))


def _part(kind: str, words: str, *, eight_bit: bool) -> bytes:
    """Encode a text: as it stands where it may, quoted-printable where it must (RFC 2045, section 6)."""
    body = "\r\n".join(words.splitlines()).encode() + b"\r\n"
    long = max(map(len, body.split(b"\r\n"))) > _LONGEST_LINE
    if long or not (eight_bit or body.isascii()):
        way, body = "quoted-printable", binascii.b2a_qp(body, istext=True)
    else:
        way = "7bit" if body.isascii() else "8bit"
    head = f"Content-Type: text/{kind}; charset=utf-8\r\nContent-Transfer-Encoding: {way}\r\n\r\n"
    return head.encode() + body
