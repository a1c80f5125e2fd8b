"""Take what a connector's system delivers: signed, once, under the notice that its channel showed then."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final
from uuid import UUID

from avow.collection.connectors import shopify, signed, standard
from avow.collection.connectors.envelope import Envelope
from avow.collection.intake.take import AGAIN, settle, take
from avow.errors import AddressError, CollectionError, TokenError
from avow.policy.proof.keeps import keeps
from avow.record.known.address import parse
from avow.record.limits import allow
from avow.record.programs.acts import ConnectorKind
from avow.record.programs.connector import Connector, Counts, count, not_taken
from avow.record.said.choices import Chosen
from avow.record.shown.stamp import Shown
from avow.record.taken.whole import whole
from avow.terms import Promise

_SIGNED: Final = {ConnectorKind.STANDARD: signed.standard, ConnectorKind.SHOPIFY: signed.shopify}
_READ: Final = {ConnectorKind.STANDARD: standard.read, ConnectorKind.SHOPIFY: shopify.read}


@dataclass(frozen=True, slots=True)
class Delivered:
    """What became of a delivery: the person it made, or None if it came before; what of it was not taken.

    `untaken` says why all of it is not taken, and stands at the desk.
    """

    person: UUID | None
    dropped: int
    unheard: int
    untaken: str = ""


@keeps(Promise.CHANNELS_ONLY)
def deliver(to: Connector, headers: Mapping[str, str], body: bytes, noes: Mapping[str, Chosen]) -> Delivered:
    """Take a delivery, and return when each no of it holds; `headers` have names in small letters.

    A no holds whether the rest came before, is taken, or is wrong.
    Raises TokenError if nobody who may signed it, or long ago; CollectionError, and pydantic's ValidationError, for
    what is not taken, of which nothing is kept, so that it can come again. A shop's order of nobody whom we could know
    is noted as not taken, with why: to come again would not change it.
    """
    id_ = _SIGNED[to.kind](headers, body, to.secrets)
    if id_ is None:
        raise TokenError("no secret of this connector signed this, or its clock is wrong", "look at both")
    if to.kind is ConnectorKind.SHOPIFY and headers.get("x-shopify-topic") != shopify.TOPIC:
        raise CollectionError("this topic is not taken", f"subscribe to {shopify.TOPIC} alone")
    told = _shown(to, _READ[to.kind](body, f"intake:{to.name}", to.fields, to.consent))
    if to.kind is ConnectorKind.SHOPIFY and (why := _nobody(told)):
        not_taken(to.name, told.id, why)
        return Delivered(None, 0, 0, why)
    try:
        with whole():
            fresh = to.kind is ConnectorKind.SHOPIFY or allow(f"delivery:{to.name}:{id_}", 1, AGAIN)
            found = take(told, to.channel, noes) if fresh else None
            if found is None or found.person is None:
                count(to.name, Counts(again=1))
                return Delivered(None, 0, 0)
            count(to.name, Counts(1, 0, found.dropped, found.unheard))
    finally:
        settle(told, noes)  # a no holds, whatever becomes of the rest
    return Delivered(found.person, found.dropped, found.unheard)


def _nobody(told: Envelope) -> str:
    """Say why an order is nobody's: it has no address, or none that is one; "" where it has."""
    try:
        parse(told.address)
    except AddressError as error:
        return str(error.args[0]) if told.address.strip() else "the order has no mail address"
    return ""


def _shown(to: Connector, told: Envelope) -> Envelope:
    """Put in the words that the channel showed when it happened, where they were declared."""
    notice = to.shown(told.occurred)
    if notice is None:
        return told
    return replace(told, shown=Shown(notice.version, to.channel, notice.words, notice.language))
