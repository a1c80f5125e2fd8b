"""Name the rows of what goes out, alike for copies of a mailing and for single messages."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Queue:
    """A table of what goes out: its name, its key column beside `reach`, and what else a message needs of it."""

    table: str
    key: str
    extra: str = ""


DELIVERIES = Queue("delivery", "mailing_id")
SINGLES = Queue("outgoing", "id", ", exact, given")


@dataclass(frozen=True, slots=True)
class Row:
    """One message to one mailbox that was claimed: its key, whose it is, how often it was tried."""

    key: UUID
    reach: bytes
    person: UUID
    attempts: int
    exact: bytes = b""
    given: dict[str, Any] = field(default_factory=dict)
