"""Bind what a member of staff may ask for to the role in which they ask, and a processor's to its agreement."""

from dataclasses import dataclass
from uuid import UUID

from avow.decision.request import Request
from avow.errors import Denied
from avow.policy.document import Policy, Purpose
from avow.policy.proof.keeps import keeps
from avow.record.agreed.agreement import standing
from avow.record.shown.versions import in_force
from avow.terms import Promise, RecipientClass, Role


@dataclass(frozen=True, slots=True)
class Reader:
    """A member of staff in one role; or whoever reads for a processor, under its agreement (its id)."""

    staff: UUID
    role: Role
    agreement: str | None = None


def purposes_of(policy: Policy, role: Role) -> tuple[Purpose, ...]:
    """Give the purposes of a policy that a role reads for, in its order."""
    return tuple(
        purpose
        for purpose in policy.purposes.values()
        if purpose.kind in role.kinds and RecipientClass.COMPANY in purpose.recipients
    )


def request_of(by: Reader, purpose: str) -> Request:
    """Give the one request that a role makes for a purpose; raise Denied if it is none of the role's.

    What a processor asks for is bound by its agreement, which is held in force until this transaction ends.
    """
    if by.agreement is not None:
        return _agreed(by.agreement, purpose)
    for found in purposes_of(in_force(), by.role):
        if found.id == purpose:
            return Request(found.id, found.categories)
    raise Denied(f"the role {by.role.value} reads nobody for {purpose!r}", "ask in a role that does")


@keeps(Promise.PROCESSORS_BOUND)
def _agreed(name: str, purpose: str) -> Request:
    found = standing(name)
    if found is None:
        raise Denied(f"the agreement {name!r} is not in force", "nothing is seen before it begins, nor once it ends")
    stated = in_force().purposes.get(purpose)
    if stated is None or purpose not in found.terms.purposes:
        raise Denied(f"the agreement {name!r} is not for {purpose!r}", f"it is for {', '.join(found.terms.purposes)}")
    categories = stated.categories.intersection(found.terms.categories)
    return Request(purpose, categories, RecipientClass.PROCESSOR, agreement=name)
