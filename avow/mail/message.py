"""Compose the bytes of a message from a clearance; without one there is no address to write on."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from functools import lru_cache
from time import time
from uuid import UUID

from avow.errors import MailError
from avow.gate.clearance import Clearance
from avow.mail.form.form import Form
from avow.mail.form.letterhead import Letterhead
from avow.mail.form.returned import return_path
from avow.mail.form.written.laid import Laid
from avow.mail.form.written.whole import one_line, subject_line, whole
from avow.mail.links import Links, links_of, token
from avow.mail.signed.sign import signed
from avow.policy.proof.keeps import keeps
from avow.record.known.address import parse
from avow.terms import Promise

THREAD = "thread"
"""Names the value of an act that is the id of the letter which a message answers; "" where it bears none."""
REPLY_TO = "reply-to"
"""Names the value of an act that is where its answer goes: a person wrote the message, and no program did."""


@dataclass(frozen=True, slots=True)
class Message:
    """One message to one mailbox: envelope, bytes with CRLF lines, and what the mail server must offer."""

    sender: str
    recipient: str
    id: str
    data: bytes
    eight_bit: bool = False
    utf8: bool = False

    @property
    def domain(self) -> str:
        """Give the recipient's domain, in small letters."""
        return self.recipient.rpartition("@")[2].lower()


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
    answers = None if given is None else given.get(THREAD)
    reply_to = values.get(REPLY_TO, "")
    envelope = recipient, _date(int(time())), name
    data, raw = whole(form, head, values, envelope, links, answers, reply_to, eight_bit=eight_bit)
    data = signed(data, head.keys)
    sender = return_path(name, head.mailbox) if answers is None or reply_to else ""
    return Message(sender, recipient, name, data, eight_bit=raw, utf8=not recipient.isascii())


@keeps(Promise.OPTOUT_BY_LINK)
def copy(clearance: Clearance, laid: Laid, key: UUID, added: str = "") -> Message:
    """Fill a layout as `compose` fills its form, and with the same bytes; what has no room in it is composed.

    `added` says that facts from others were added to what we hold of the person, "" where there is nothing to say.
    Uses the clearance up, and raises what `compose` raises.
    """
    form, head, reach = laid.form, laid.head, clearance.reach
    if clearance.request != form.request or reach is None:
        raise MailError("this clearance is for another use, or for no mailbox", "ask the gate for this very use")
    recipient = parse(address(clearance, form)).display
    values = _fields(clearance) | {"added": added}
    name = message_id(key, reach, head.host)
    way, date = token(clearance.person, reach, form.list or ""), _date(int(time()))
    layout = laid.layout(values)
    data = None
    if layout is not None and recipient.isascii():
        ours = {"to": recipient.encode(), "date": date.encode(), "id": name[1:33].encode(), "token": way.encode()}
        if form.subject.holes:
            ours["subject"] = subject_line(form.subject.fill(values | _sender(head))).encode()
        data = layout.fill(ours, values)
    if layout is None or data is None:
        ways = links_of(way, head.mailbox)
        values |= _sender(head) | {"choices": ways.choices}
        data, raw = whole(form, head, values, (recipient, date, name), ways, None, eight_bit=laid.eight_bit)
    else:
        raw = layout.eight_bit
    data = signed(data, head.keys)
    return Message(return_path(name, head.mailbox), recipient, name, data, raw, utf8=not recipient.isascii())


@lru_cache(maxsize=2)
def _date(second: int) -> str:
    """Write an instant as a header takes it."""
    return format_datetime(datetime.fromtimestamp(second, UTC))


def _values(clearance: Clearance, head: Letterhead, links: Links | None) -> dict[str, str]:
    """Give what holes may name: released fields, the sender, and from where and when the data is."""
    values = _fields(clearance) | _sender(head)
    return values | ({"choices": links.choices} if links else {})


def _fields(clearance: Clearance) -> dict[str, str]:
    """Give the released fields, each in one line, and from where and when the first is."""
    values = {field: one_line(value) for fields in clearance.use().values() for field, value in fields.items()}
    when, channel, version = next(iter(clearance.sources.values()), ("", "", ""))
    values |= {"source.date": str(when)[:10], "source.channel": channel, "source.version": version}
    return values


def _sender(head: Letterhead) -> dict[str, str]:
    return {"company": head.company, "postal": head.postal, "mailbox": head.mailbox}
