"""Forget a person, in the record and in what was sent, in one transaction."""

from collections.abc import Container
from uuid import UUID

from django.db import transaction

from avow.mail import capture
from avow.mail.queue.blank import blank
from avow.mail.taken import cases as letters
from avow.record.journal.journal import journalled
from avow.record.known import forget as record
from avow.record.known.forget import Forgotten
from avow.record.known.held import mailboxes


def forget(person: UUID, named: Container[tuple[int, int]] = ()) -> Forgotten:
    """Forget all that was given by a person and whose each message was; what was refused stays, and what was decided.

    It stands in the journal when this returns, so that no older copy of the store brings the person back; in
    development the mail that was captured for them is gone too. `named` are leaves of which another entry says
    that they are gone. Raises RecordError if there is no such person.
    """
    with transaction.atomic():
        theirs = mailboxes([person])
        blank([person], theirs)  # first, for who sends takes its rows before it waits for persons
        done = record.forget(person, named)
        blank([person], theirs)  # again, for what was posted meanwhile
        letters.blank([person])
    if not transaction.get_connection().in_atomic_block:
        capture.forget(theirs)
    journalled()
    return done
