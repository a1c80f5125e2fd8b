"""Send a member of staff a message as it would go out, with nobody's data in it."""

from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, formataddr
from typing import Final
from uuid import UUID

from avow.errors import MailError
from avow.mail.course.draft import mailing
from avow.mail.course.sample import Sample, sample
from avow.mail.form.form import Form
from avow.mail.form.letterhead import Letterhead, letterhead
from avow.mail.links import Links, links
from avow.mail.mailing import compiled, listed
from avow.mail.message import Message
from avow.mail.signed.sign import signed
from avow.mail.smtp.wire import lease, wire
from avow.record.key import NOBODY, new_key
from avow.record.known.address import parse
from avow.record.said.choices import state
from avow.record.shown.versions import in_force
from avow.terms import DeliveryState, Scope

_PATIENCE: Final = 20.0
"""Seconds for the mail server to take it; nobody's refusal waits for a test."""
_REFUSED: Final = 1 << Scope.MARKETING | 1 << Scope.OPTIONAL


def trial(key: UUID, address: str) -> None:
    """Hand over one message of a mailing, marked as a test, to a mailbox of our own staff; its links work.

    A mailbox that said no gets no test either. Raises MailError if the message lacks something, or was not taken.
    """
    one, to = mailing(key), parse(address)
    form = compiled(listed(one.list), one.words)
    head = letterhead(in_force(), form.sender, form.answers)
    standing = state(reach=to.reach_id)
    if standing.refused & _REFUSED or one.list in standing.left:
        raise MailError(f"{to.masked} said no to such mail, so no test goes there", "take another mailbox of the staff")
    ways = links(NOBODY, to.reach_id, one.list, head.mailbox)
    name = f"<test-{new_key().hex}@{head.host}>"
    written = _written(sample(form, head, ways.choices), to.display, head, ways, name, form)
    data = signed(written, head.keys)
    message = Message(head.mailbox, to.display, name, data, eight_bit=False, utf8=not to.display.isascii())
    with wire() as out:
        out.ready(1)
        outcome = out.hand([message], lease(_PATIENCE)).result()[0]
    if outcome.state is not DeliveryState.SENT:
        raise MailError(f"the mail server did not take it: {outcome.text or 'it did not answer'}", "see `avow doctor`")


def _written(found: Sample, to: str, head: Letterhead, ways: Links, name: str, form: Form) -> bytes:
    """Write it with the lines that a message to a list has, and with seven bits."""
    written = EmailMessage(policy=SMTP.clone(cte_type="7bit", max_line_length=900))
    written["From"] = head.sender or formataddr((head.company, head.mailbox))
    written["To"] = to
    written["Subject"] = f"[Test] {found.subject}"
    written["Date"] = format_datetime(datetime.now(UTC))
    written["Message-ID"] = name
    if head.reply_to:
        written["Reply-To"] = head.reply_to
    written["List-Id"] = f"<{form.list}.{head.host}>"
    written["List-Unsubscribe"] = f"<{ways.one_click}>, <{ways.mailto}>"
    written["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    written.set_content(found.text)
    written.add_alternative(found.html, subtype="html")
    *_, rich = written.iter_parts()
    for picture in form.pictures:
        kind = picture.type.partition("/")[2]
        rich.add_related(picture.data, "image", kind, cid=f"<{picture.cid}>", disposition="inline")
    return written.as_bytes()
