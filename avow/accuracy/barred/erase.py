"""Erase whom it was granted to, when the time to take it back is over, and nobody whom a legal hold keeps."""

from uuid import UUID

from avow.accuracy.forgotten.forget import forget
from avow.record.petitions.petition import ripe, withdraw
from avow.record.petitions.restraint import end, held, restraints
from avow.record.taken.whole import whole


def erase() -> int:
    """Erase each person whose erasure is ripe, with whoever is taken for one with them; give how many.

    What a legal hold keeps waits until that ends.
    """
    done = 0
    for _, person in ripe():
        if not held(person):
            done += 1 + sum(bool(forget(other)) for other in forget(person).linked)
    return done


def take_back(person: UUID, petition: UUID) -> None:
    """Take back, as the person, an erasure that is not done, and lift what was barred for it.

    Raises RecordError where there is no such erasure any more.
    """
    with whole():
        withdraw(person, petition)
        for one in restraints(person):
            if one.petition == petition:
                end(one.id)
