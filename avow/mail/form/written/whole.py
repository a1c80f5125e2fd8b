"""Write a message out: its header lines, its duties, its parts, as bytes with CRLF lines."""

import base64
import binascii
import re
from collections.abc import Mapping, Sequence
from email.header import Header
from email.utils import formataddr

from avow.mail.form.form import Form
from avow.mail.form.letterhead import Letterhead
from avow.mail.form.text import escaped
from avow.mail.links import Links
from avow.mail.pictured.carried import Picture

LONGEST_LINE = 998
"""Octets of a line without its end (RFC 5321, section 4.5.3.1.6)."""
_LONGEST_SUBJECT = 200
_ID = re.compile(r"<[!-;=?-~]{1,250}>")


def whole(
    form: Form,
    head: Letterhead,
    values: Mapping[str, str],
    envelope: tuple[str, str, str],
    links: Links | None,
    answers: str | None,
    reply_to: str = "",
    *,
    eight_bit: bool,
) -> tuple[bytes, bool]:
    """Fill a form for one recipient, who stands with the date and the message's id in `envelope`.

    `answers` is the id of the letter that it answers, or None; where a person wrote it, `reply_to` is where its answer
    goes. Gives the bytes, and whether any has eight bits.
    """
    recipient, date, name = envelope
    body = _body(form, values, name, head, eight_bit=eight_bit)
    lines = [
        f"From: {head.sender or formataddr((head.company, head.mailbox))}",
        f"To: {recipient}",
        f"Subject: {subject_line(form.subject.fill(values))}",
        f"Date: {date}",
        f"Message-ID: {name}",
        *_further(form, head, links, answers, reply_to),
        "MIME-Version: 1.0",
    ]
    return "\r\n".join(lines).encode() + b"\r\n" + body, eight_bit and not body.isascii()


def one_line(value: str) -> str:
    """Take line breaks and control characters out of a person's own words."""
    if value.isprintable():
        return value.strip()
    return "".join(sign if sign.isprintable() else " " for sign in value).strip()


def subject_line(value: str) -> str:
    """Write a subject as a header takes it."""
    value = one_line(value)[:_LONGEST_SUBJECT]
    return Header(value, None if value.isascii() else "utf-8", header_name="Subject").encode(linesep="\r\n")


def _further(form: Form, head: Letterhead, links: Links | None, answers: str | None, reply_to: str) -> list[str]:
    """Give the lines that say what the message is: a person's answer, a program's, or one to a list."""
    if reply_to:
        return [f"Reply-To: {reply_to}", *_thread_lines(answers or "")]
    return _list_lines(form, head, links) if answers is None else _answer_lines(answers)


def _thread_lines(thread: str) -> list[str]:
    """Give the lines that put an answer beneath what it answers (RFC 5322, section 3.6.4)."""
    return [f"In-Reply-To: {thread}", f"References: {thread}"] if _ID.fullmatch(thread) else []


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
    return ["Auto-Submitted: auto-replied", "X-Auto-Response-Suppress: All", *_thread_lines(thread)]


def _body(form: Form, values: Mapping[str, str], name: str, head: Letterhead, *, eight_bit: bool) -> bytes:
    plain = _part("plain", form.text.fill(values), eight_bit=eight_bit)
    if form.html is None:
        return plain
    rich = _part("html", form.html.fill(values, escaped), eight_bit=eight_bit)
    mark = f"=_{name[1:33]}".encode()
    if form.pictures:
        rich = _with_pictures(rich, form.pictures, f"=-{name[1:33]}".encode())
    start = (
        f'Content-Language: {head.language}\r\nContent-Type: multipart/alternative; boundary="{mark.decode()}"\r\n\r\n'
    )
    return b"".join((start.encode(), b"--", mark, b"\r\n", plain, b"--", mark, b"\r\n", rich, b"--", mark, b"--\r\n"))


def _with_pictures(rich: bytes, pictures: Sequence[Picture], mark: bytes) -> bytes:
    """Put pictures beside the HTML that shows them (RFC 2387): nothing is fetched, so nobody learns that it is read."""
    parts = [
        f"Content-Type: {one.type}\r\nContent-Transfer-Encoding: base64\r\nContent-ID: <{one.cid}>\r\n"
        f"Content-Disposition: inline; filename={one.file}\r\n\r\n".encode()
        + base64.encodebytes(one.data).replace(b"\n", b"\r\n")
        for one in pictures
    ]
    head = b'Content-Type: multipart/related; type="text/html";\r\n boundary="' + mark + b'"\r\n\r\n'
    return head + b"".join(b"--" + mark + b"\r\n" + part for part in (rich, *parts)) + b"--" + mark + b"--\r\n"


def _part(kind: str, words: str, *, eight_bit: bool) -> bytes:
    """Encode a text: as it stands where it may, quoted-printable where it must (RFC 2045, section 6)."""
    body = "\r\n".join(words.splitlines()).encode() + b"\r\n"
    long = max(map(len, body.split(b"\r\n"))) > LONGEST_LINE
    if long or not (eight_bit or body.isascii()):
        way, body = "quoted-printable", binascii.b2a_qp(body, istext=True)
    else:
        way = "7bit" if body.isascii() else "8bit"
    head = f"Content-Type: text/{kind}; charset=utf-8\r\nContent-Transfer-Encoding: {way}\r\n\r\n"
    return head.encode() + body
