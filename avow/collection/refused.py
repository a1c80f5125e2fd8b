"""Take each no that is ticked on a form: until it is settled, and even where the form cannot be kept."""

from collections.abc import Mapping

import psycopg
from django.db.utils import DatabaseError, InterfaceError

from avow.collection.seen.form import SEAL, Form, lay_out
from avow.collection.seen.sealed import opened
from avow.errors import AddressError, PolicyError, StoreError, TokenError
from avow.mail.stop import stop
from avow.page.site import history, policy
from avow.policy.document import Policy
from avow.policy.proof.keeps import keeps
from avow.record.known.address import Address, parse
from avow.record.said.choices import Chosen
from avow.terms import Answer, ChannelKind, Promise

AWAY = (DatabaseError, InterfaceError, psycopg.Error, StoreError)
"""What is raised where the store does not answer, takes no writes, or is busy for too long."""


@keeps(Promise.OPTOUT_AT_REGISTRATION)
def refuse(form: Form, address: Address, source: str) -> None:
    """Return when each no on a form holds and nothing is under way any more to whom it holds for.

    What was written with the form is not written again.
    """
    if form.refused:
        stop([Chosen(Answer.NO, scope=scope) for scope in form.refused], f"form {source}", reach=address.reach_id)


def hear(kind: ChannelKind, data: Mapping[str, str], source: str) -> bool:
    """Take each no on a form that is not kept; say whether there was one, with the address it is for."""
    told = _told(data.get(SEAL, ""))
    if kind not in told.channels:
        return False
    blank = lay_out(told, kind)
    known = {blank.address.name, *(box.name for box in blank.boxes)}
    form = lay_out(told, kind, {name: value for name, value in data.items() if name in known})
    try:
        address = parse(form.address.value)
    except AddressError:
        return False
    refuse(form, address, source)
    return bool(form.refused)


def _told(token: str) -> Policy:
    """Give the version that a form showed; the one in force where it does not say."""
    try:
        return history().version(opened(token).version)
    except (TokenError, PolicyError, ValueError):
        return policy()
