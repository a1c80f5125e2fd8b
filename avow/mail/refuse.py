"""Refuse mail that a library tries to send past the gate."""

from collections.abc import Sequence
from typing import Never

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

from avow.errors import MailError


class Refuse(BaseEmailBackend):
    """Send nothing: every message needs a clearance."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> Never:
        """Raise MailError, whatever was to be sent."""
        raise MailError(
            f"{len(email_messages)} message(s) were to be sent without a clearance", "post them by mail.outgoing"
        )
