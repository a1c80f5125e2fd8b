"""Erase whom it was granted to, when the time to take it back is over, and nobody whom a legal hold keeps."""

from uuid import UUID

from avow.accuracy.forgotten.forget import forget
from avow.errors import RecordError
from avow.mail import capture
from avow.record.journal.journal import journalled
from avow.record.known.held import mailboxes
from avow.record.petitions.petition import going, ripe, withdraw
from avow.record.petitions.restraint import end, held, restraints
from avow.record.taken.whole import whole
from avow.terms import Actor


def erase() -> int:
    """Erase each person whose erasure is ripe, with whoever is taken for one with them; give how many.

    All who are one go in one transaction, or nobody does. What a legal hold keeps waits until that ends; what was taken
    back meanwhile stays.
    """
    return sum(_erase(key, person) for key, person in ripe())


def _erase(key: UUID, person: UUID) -> int:
    gone: list[UUID] = []
    try:
        with whole():
            if not going(person, key) or held(person):
                return 0
            theirs = mailboxes([person])
            gone = [person, *forget(person).linked]
            for other in gone[1:]:
                theirs += mailboxes([other])
                forget(other)
    except RecordError:  # they were forgotten at the desk meanwhile, or a hold came
        return 0
    capture.forget(theirs)
    journalled()
    return len(gone)


def take_back(person: UUID, petition: UUID) -> None:
    """Take back, as the person, an erasure that is not done, and lift what was barred for it.

    Raises RecordError where there is no such erasure any more.
    """
    with whole():
        withdraw(person, petition)
        for one in restraints(person):
            if one.petition == petition:
                end(one.id, Actor.PERSON_VERIFIED.value)
    journalled()
