"""Take the no of a letter: for who wrote it, and for whomever a token or a message of ours in it went to."""

from collections.abc import Iterator
from contextlib import suppress
from uuid import UUID

import psycopg
from django.db.utils import DatabaseError, InterfaceError

from avow.errors import AddressError, StoreError, TokenError
from avow.mail.inbound.classify import Classified
from avow.mail.inbound.intents import Width
from avow.mail.inbound.machine import Machine
from avow.mail.stop import stop
from avow.mail.taken.found import Sent, sent
from avow.policy.proof.keeps import keeps
from avow.record.key import NOBODY
from avow.record.known.address import parse
from avow.record.said.choices import Chosen
from avow.record.token import unseal
from avow.terms import Actor, Answer, Promise, Scope

EVIDENCE = "a letter"
_WHO = tuple[UUID | None, bytes, str]


@keeps(Promise.OPTOUT_BY_LETTER, Promise.OPTOUT)
def stop_by_letter(found: Classified) -> bool:
    """Take a no, which holds or is on the disk when this returns; say whether there was anybody to take it for.

    Raises StoreError if neither store nor disk takes it. A report of abuse says no for whom the message went to, and
    nothing about who reports.
    """
    whom = list(dict.fromkeys(_whom(found)))
    actor = Actor.THIRD_PARTY if found.machine is Machine.ARF else Actor.PERSON_UNVERIFIED
    listed = next((name for _, _, name in whom if name), "")
    for person, reach, _ in whom:
        stop([_chosen(found, listed)], EVIDENCE, person, reach, actor)
    return bool(whom)


def _whom(found: Classified) -> Iterator[_WHO]:
    if found.token:
        with suppress(TokenError, ValueError):  # it is none of ours after all
            person, reach, listed = unseal("choose", found.token)
            yield UUID(person), bytes.fromhex(reach), listed
    message = _message(found.ours)
    if message:
        yield None if message.person == NOBODY else message.person, message.reach, message.list
    if found.machine is Machine.NONE:
        with suppress(AddressError):  # nobody can be mailed there
            yield None, parse(found.address).reach_id, ""


def _message(ours: str) -> Sent | None:
    """Find a message of ours; while the store is away the no holds for who wrote, and for the rest when it is back."""
    try:
        return sent(ours)
    except (DatabaseError, InterfaceError, psycopg.Error, StoreError):
        return None


def _chosen(found: Classified, listed: str) -> Chosen:
    match found.width:
        case Width.EVERYTHING:
            return Chosen(Answer.NO, scope=Scope.OPTIONAL)
        case Width.TOPIC:
            return Chosen(Answer.NO, topic=found.topic)
        case Width.LIST if listed:
            return Chosen(Answer.NO, list=listed)
    return Chosen(Answer.NO, scope=Scope.MARKETING)
