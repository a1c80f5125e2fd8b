"""Name who says no to whom, and what was said and answered."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Reader:
    """Who got the first issue: the person, how they write their address, mailbox, its link's token and its id."""

    person: UUID
    address: str
    reach: bytes
    token: str
    message: str


@dataclass(frozen=True, slots=True)
class Company:
    """Where the company is reached: the ports of its site and of its door for letters, and its privacy mailbox."""

    site: int
    letters: int
    mailbox: str


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """A no that was acknowledged: whose, by which way, when it was said and answered, and what the answer told.

    `kept` is whether it was only received, to hold before anything is sent; `doubt` is whether the answer said that a
    message was on its way at that very moment, or None where this way never tells.
    """

    who: Reader
    way: str
    said: float
    at: float
    kept: bool = False
    doubt: bool | None = None
