"""Bind what a member of staff may ask for to the role in which they ask."""

from dataclasses import dataclass
from uuid import UUID

from avow.decision.request import Request
from avow.errors import Denied
from avow.policy.document import Policy, Purpose
from avow.record.shown.versions import in_force
from avow.terms import RecipientClass, Role


@dataclass(frozen=True, slots=True)
class Reader:
    """A member of staff in one role."""

    staff: UUID
    role: Role


def purposes_of(policy: Policy, role: Role) -> tuple[Purpose, ...]:
    """Give the purposes of a policy that a role reads for, in its order."""
    return tuple(
        purpose
        for purpose in policy.purposes.values()
        if purpose.kind in role.kinds and RecipientClass.COMPANY in purpose.recipients
    )


def request_of(by: Reader, purpose: str) -> Request:
    """Give the one request that a role makes for a purpose; raise Denied if it is none of the role's."""
    for found in purposes_of(in_force(), by.role):
        if found.id == purpose:
            return Request(found.id, found.categories)
    raise Denied(f"the role {by.role.value} reads nobody for {purpose!r}", "ask in a role that does")
