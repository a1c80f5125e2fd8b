"""Forget a person, in the record and in what was sent, in one transaction."""

from uuid import UUID

from django.db import transaction

from avow.mail.queue.blank import blank
from avow.mail.taken import cases as letters
from avow.record.known import forget as record
from avow.record.known.forget import Forgotten
from avow.record.known.held import mailboxes


def forget(person: UUID) -> Forgotten:
    """Forget all that was given by a person and whose each message was; what was refused stays, and what was decided.

    Raises RecordError if there is no such person.
    """
    with transaction.atomic():
        theirs = mailboxes([person])
        blank([person], theirs)  # first, for who sends takes its rows before it waits for persons
        done = record.forget(person)
        blank([person], theirs)  # again, for what was posted meanwhile
        letters.blank([person])
    return done
