"""Read a link out of a message: whose it is, which mailbox, which list."""

from dataclasses import dataclass
from http import HTTPStatus
from uuid import UUID

from avow.errors import TokenError
from avow.page.failure import Failure
from avow.record.token import unseal

ACT = "choose"


@dataclass(frozen=True, slots=True)
class Pointed:
    """A person, the mailbox that the message went to, and the list it came from ("" for none)."""

    person: UUID
    reach: bytes
    list: str


def pointed(token: str) -> Pointed:
    """Give what a link names; it never gets too old. Raises a Failure (404) if it is forged or damaged."""
    try:
        person, reach, listed = unseal(ACT, token)
        return Pointed(UUID(person), bytes.fromhex(reach), listed)
    except (TokenError, ValueError) as error:
        raise Failure(
            HTTPStatus.NOT_FOUND,
            "This link is damaged or not ours.",
            "Copy the whole link, or type your address on the page of choices: that works as well.",
        ) from error
