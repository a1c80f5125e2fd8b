"""Put a person under a legal hold, restrict the uses of their data, mark them as dead; lift each of these again."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

from avow.mail.outgoing import post, waits
from avow.page.site import address as site
from avow.page.visitor.spoken import spelt
from avow.policy.proof.keeps import keeps
from avow.record.journal.journal import journalled
from avow.record.known.identity import addresses_of
from avow.record.petitions.restraint import (
    DEATH,
    HOLD,
    RESTRICTION,
    Restraint,
    end,
    fill,
    restrain,
    restraints,
    tell,
    untold,
)
from avow.record.shown.language import speaking
from avow.record.taken.whole import whole
from avow.terms import MessageKind, Promise

PATIENCE: Final = timedelta(hours=1)
"""How long a hold that may be told waits for its message; then it hides all the same."""


@keeps(Promise.LEGAL_PROCESS)
def hold(person: UUID, why: str, by: str, gag: datetime | None = None) -> UUID:
    """Keep all of a person for the law, unseen for anything else, whatever they ask for, until it is lifted.

    They are told by mail first, and until that is out the uses are restricted; where a `gag` forbids it, they are
    told when that ends. No erasure and no end of a period takes anything of theirs meanwhile.
    """
    now = datetime.now(UTC)
    with whole():
        message = None if gag else _tell(person, "held", {"why": why})
        when = now if message else None
        key = restrain(Restraint(person, HOLD, why, by, None, gag, message, when, full=None if message else now))
    journalled()
    return key


@keeps(Promise.PURPOSES_ONLY)
def restrict(person: UUID, why: str, by: str, petition: UUID | None = None) -> UUID:
    """Let nothing be done with what is held of a person but to keep it, ask and answer them, and follow the law."""
    key = restrain(Restraint(person, RESTRICTION, why, by, petition, full=datetime.now(UTC)))
    journalled()
    return key


def mark_dead(person: UUID, why: str, by: str) -> UUID:
    """Send a dead person no mail any more, and do nothing optional with their data."""
    key = restrain(Restraint(person, DEATH, why, by, full=datetime.now(UTC)))
    journalled()
    return key


def lift(key: UUID, by: str) -> bool:
    """End a hold, a restriction or a mark; whoever is not dead, and may be told, is told by mail.

    `by` stands in the ledger as who did it. Says whether anything stood. What was granted and waited for it is done by
    the next turn.
    """
    with whole():
        found = end(key, by)
        if found and not _barred(found):
            _tell(found.person, "lifted", {"since": found.at})
    journalled()
    return found is not None


def turn() -> int:
    """Let holds hide whose message is out, and tell of those that may be told now; give how many changed."""
    return sum(_further(one) for one in restraints() if one.kind == HOLD) + sum(_late(one) for one in untold())


def _further(one: Restraint) -> bool:
    now = datetime.now(UTC)
    if one.full is None:
        if one.message and waits(one.message) and now < (one.told or one.at) + PATIENCE:
            return False
        fill(one, full=True, message=one.message)
        return True
    if one.gag and one.told is None and one.gag <= now:
        with whole():
            message = _tell(one.person, "held", {"why": one.why})
            fill(replace(one, told=now), full=message is None, message=message)
        return True
    return False


def _late(one: Restraint) -> bool:
    """Tell of a hold that was lifted while nobody might tell of it."""
    with whole():
        if not tell(one):
            return False
        given: dict[str, str | datetime] = {"why": one.why, "since": one.at, "until": one.ended or datetime.now(UTC)}
        _tell(one.person, "was-held", given)
    return True


def _barred(one: Restraint) -> bool:
    """Say whether there is nobody to be told, or nobody must be, or may be and was not: `_late` tells all of it."""
    return one.kind == DEATH or (one.gag is not None and (one.gag > datetime.now(UTC) or one.told is None))


def _tell(person: UUID, words: str, given: Mapping[str, str | datetime]) -> UUID | None:
    """Post a message to the address of a person that was proven first; None where there is none."""
    for exact, _, proven in addresses_of(person):
        if proven:
            with speaking(person):
                said = {name: one if isinstance(one, str) else spelt(one) for name, one in given.items()}
                return post(MessageKind.IDENTITY, person, exact, words, {"signin": f"{site()}/signin/", **said})
    return None
