"""Send a few lines to an organization: they name nobody, so no clearance is asked for."""

from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, formataddr
from typing import Final
from uuid import UUID

from avow.errors import MailError
from avow.mail.form.letterhead import letterhead
from avow.mail.message import Message, message_id
from avow.mail.signed.sign import signed
from avow.mail.smtp.wire import lease, wire
from avow.record.known.address import parse
from avow.record.shown.versions import in_force
from avow.terms import DeliveryState

_PATIENCE: Final = 20.0
"""Seconds for the mail server to take it."""


def notify(key: UUID, mailbox: str, subject: str, words: str) -> None:
    """Hand over one message; its id is the same at each attempt. Raises MailError if it was not taken."""
    to, head = parse(mailbox), letterhead(in_force())
    name = message_id(key, to.reach_id, head.host)
    written = EmailMessage(policy=SMTP.clone(cte_type="7bit", max_line_length=900))
    written["From"] = formataddr((head.company, head.mailbox))
    written["To"] = to.display
    written["Subject"] = subject
    written["Date"] = format_datetime(datetime.now(UTC))
    written["Message-ID"] = name
    written.set_content(f"{words}\n\n{head.company}\n{head.postal}\n")
    message = Message(
        head.mailbox, to.display, name, signed(written.as_bytes(), head.keys), utf8=not to.display.isascii()
    )
    with wire() as out:
        out.ready(1)
        outcome = out.hand([message], lease(_PATIENCE)).result()[0]
    if outcome.state is not DeliveryState.SENT:
        raise MailError(f"the mail server did not take it: {outcome.text or 'it did not answer'}", "see `avow doctor`")
