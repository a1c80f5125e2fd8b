"""Read the link of a question: whom it asks, at which mailbox, about which version."""

from dataclasses import dataclass
from http import HTTPStatus
from uuid import UUID

from avow.errors import TokenError
from avow.mail.links import QUESTION
from avow.page.failure import Failure
from avow.record.token import unseal


@dataclass(frozen=True, slots=True)
class Pointed:
    """The person who is asked, the mailbox that the question went to, and the version that asks."""

    person: UUID
    reach: bytes
    version: str


def pointed(token: str) -> Pointed:
    """Give what a link names; it never gets too old. Raises a Failure (404) if it is forged or damaged."""
    try:
        person, reach, version = unseal(QUESTION, token)
        return Pointed(UUID(person), bytes.fromhex(reach), version)
    except (TokenError, ValueError) as error:
        raise Failure(
            HTTPStatus.NOT_FOUND,
            "This link is damaged or not ours.",
            "Copy the whole link out of our message. As long as you have not said yes, it is a no.",
        ) from error
