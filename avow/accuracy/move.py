"""Move a person to another address, once a code from each of the two has come back."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Final
from uuid import UUID

from django.db import transaction

from avow.accuracy.code import MINUTES, MOST_AN_HOUR
from avow.accuracy.forgotten.forget import forget
from avow.accuracy.session import Signed
from avow.errors import CollectionError, TokenError
from avow.mail.outgoing import post
from avow.page.failure import Failure
from avow.page.signed.address import each_of, place, written
from avow.page.site import policy
from avow.record.journal.journal import journalled
from avow.record.known.address import Address
from avow.record.known.held import addressed
from avow.record.known.identity import end_address, new_code, prove, use_code
from avow.record.known.session import end_sessions
from avow.record.limits import allow
from avow.record.shown.notice import show
from avow.record.shown.stamp import stamp
from avow.record.shown.versions import history
from avow.record.taken.store import Given, amend, keep
from avow.terms import ChannelKind, FieldType, MessageKind

OLD: Final = "change of address, old"
NEW: Final = "change of address, new"
_WORDS: Final = {OLD: "code-old", NEW: "code-new"}


@dataclass(frozen=True, slots=True)
class Asked:
    """Two codes under way, and who holds the new address until it is proven."""

    old: UUID
    new: UUID
    stranger: UUID


def ask_both(who: Signed, address: Address) -> Asked:
    """Mail a code to the old address and one to the new, each with what it does; nothing changes before both came back.

    Until then the new address belongs to a person of its own: whoever types an address is not known to hold it.
    """
    if place() is None or ChannelKind.CHOICE not in policy().channels:
        raise CollectionError("the policy names no way to change an address", "write to the privacy mailbox")
    if not allow(f"code:{address.reach_id.hex()}", MOST_AN_HOUR, timedelta(hours=1)):
        raise Failure(HTTPStatus.TOO_MANY_REQUESTS)
    with transaction.atomic():
        was = written(who.person, who.exact)
        stranger = _apart(address)
        old = _mail(who.person, who.exact, OLD, {"to": address.masked})
        new = _mail(stranger, address.exact_id, NEW, {"from": was.masked if was else ""})
    return Asked(old, new, stranger)


def _apart(address: Address) -> UUID:
    """Keep an address as that of a person of its own, of whom we know nothing else; unproven, they are forgotten."""
    found = place()
    if found is None:
        raise CollectionError("the policy names no purpose that proves addresses", "write to the privacy mailbox")
    shown = show(policy(), ChannelKind.CHOICE, policy().front.language)
    marked = stamp(history(), shown, "/me/address/", datetime.now(UTC))
    return keep(marked, [Given(found[1], {found[2]: address.display})], address)


def _mail(person: UUID, exact: bytes, act: str, given: Mapping[str, str]) -> UUID:
    code, digits = new_code(person, exact, act, timedelta(minutes=MINUTES))
    post(MessageKind.IDENTITY, person, exact, _WORDS[act], {"code": digits, "minutes": str(MINUTES), **given})
    return code


def move(who: Signed, address: Address, asked: Asked, digits: tuple[str, str]) -> bool:
    """Take both codes back and move; False, and nothing moves, if one is not right.

    What was refused for either address holds for both, and the old one keeps its refusals for good. It is told, as
    the address of a person of its own from now on, and every session ends.
    """
    try:
        proven = use_code(asked.new, digits[1], NEW), use_code(asked.old, digits[0], OLD)
    except TokenError:
        return False
    if proven != ((asked.stranger, address.exact_id), (who.person, who.exact)):
        return False
    with transaction.atomic():
        was = written(who.person, who.exact)
        carrying = addressed(who.person)
        for category in sorted({category for _, category in carrying}):
            held = each_of(who.person, category)
            for item in (item for item, of in carrying if of == category and item in held):
                amend(who.person, item, {**held[item], _field(category): address.display})
        prove(who.person, address.exact_id, "codes from the old and the new address")
        end_address(who.person, who.exact)
        end_sessions(who.person)
        forget(asked.stranger)
        if was:
            post(MessageKind.IDENTITY, _apart(was), was.exact_id, "address-changed", {"to": address.masked})
    journalled()
    return True


def _field(category: str) -> str:
    """Give the field of a category that holds an address."""
    fields = policy().categories[category].fields
    return next(field.id for field in fields if field.type is FieldType.ADDRESS)
