"""Do again what followed on requests and bars: lifted, taken back, asked in a name and answered, extended."""

from base64 import b64decode
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from avow.record.declare import keeping
from avow.record.petitions import clock, mandate, petition, restraint
from avow.record.petitions.followed import EXTENDED, LIFTED, NAMED, WITHDRAWN, followed_again
from avow.record.said.circle import circle


def follow_again(person: UUID, entry: int, kept: Mapping[str, Any], salt: str, *, placed: bool) -> bool:
    """Do again what the journal kept of an entry which a store lost; say whether that was news."""
    of, at = UUID(kept["of"]), datetime.fromisoformat(kept["at"])
    with keeping() as cursor:
        circle(cursor, person, None)
        if not followed_again(cursor, person, entry, kept, salt, placed=placed):
            return False
        match kept["act"]:
            case act if act == LIFTED:
                restraint.end_again(person, of, at)
            case act if act == WITHDRAWN:
                petition.withdraw_again(person, of)
            case act if act == NAMED:
                paper = b64decode(kept["document"])
                mandate.keep(cursor, person, of, (kept["kind"], kept["name"], kept["mailbox"], paper), at)
            case act if act == EXTENDED:
                clock.keep(cursor, of, person, (datetime.fromisoformat(kept["until"]), kept["why"], at))
            case answer:
                mandate.answered(cursor, person, of, answer)
    return True
