"""Give whatever another system tells of one person and one event one shape."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from avow.record.shown.stamp import Shown


@dataclass(frozen=True, slots=True)
class No:
    """A no that another system tells of: of what (a name of `optout.stops`), since when; None is not told."""

    what: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Yes:
    """A yes that another system tells of: to which purpose, since when; None is not told."""

    purpose: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Envelope:
    """One event as its source tells it: by which id, when it happened, whose address, the policy's fields with values.

    `dropped` are how many fields no map names: they went no further than here. `shown` are the words that were shown
    there then; None where nobody knows them.
    """

    source: str
    id: str
    occurred: datetime
    address: str
    fields: Mapping[str, str]
    noes: tuple[No, ...] = ()
    yeses: tuple[Yes, ...] = ()
    dropped: int = 0
    shown: Shown | None = field(default=None)
