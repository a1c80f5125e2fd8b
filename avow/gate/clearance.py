"""Seal an allow: the released fields, the decision's entry, the duties; used once."""

from collections.abc import Mapping
from dataclasses import InitVar, dataclass, field
from typing import Final, Never
from uuid import UUID

from avow.decision.request import Request
from avow.errors import GateError

_SEAL: Final = object()


@dataclass(frozen=True, slots=True)
class Clearance:
    """What the gate released about one person for one use; only gate.clear makes one.

    `fields` maps category to the fields of its newest permitted item; `sources` maps category to
    (when, channel, version) of that item; `entry` is the ledger's entry id of the decision, `pos` and
    `salt` open its place among the commitments, and `choice_no` is the number that the decision saw.
    """

    person: UUID
    request: Request
    version: str
    fields: Mapping[str, Mapping[str, str]] = field(repr=False)
    sources: Mapping[str, tuple[str, str, str]]
    reach: bytes | None = field(repr=False)
    choice_no: int
    entry: int
    because: frozenset[str]
    pos: int = 0
    salt: bytes = field(default=b"", repr=False)
    seal: InitVar[object] = None
    _uses: list[None] = field(default_factory=lambda: [None], init=False, repr=False, compare=False)

    def __post_init__(self, seal: object) -> None:
        """Refuse to be made by anybody but the gate."""
        if seal is not _SEAL:
            raise GateError("only the gate makes a clearance", "ask gate.clear for this use")

    def __reduce__(self) -> Never:
        """Refuse to be copied or stored: a clearance is for now."""
        raise GateError("a clearance can be neither copied nor stored", "ask the gate again when you need it")

    def use(self) -> Mapping[str, Mapping[str, str]]:
        """Give the released fields, once; raise GateError the second time."""
        if not self._uses:
            raise GateError("this clearance was used", "ask the gate again: the answer may have changed")
        self._uses.pop()
        return self.fields
