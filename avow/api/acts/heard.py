"""Hear each no in what a program hands in while the store is away; all else of it is to come again."""

from typing import Final

from django.db import connection
from django.http import HttpRequest
from pydantic import ValidationError

from avow.api.acts.choices import Choice, noes
from avow.api.acts.forms import Filled
from avow.api.acts.intake import PLACE
from avow.api.acts.orders import Order
from avow.collection.connectors import shopify, standard
from avow.collection.connectors.envelope import Envelope
from avow.collection.refused import hear
from avow.errors import AvowError
from avow.mail.stop import stop
from avow.policy.proof.keeps import keeps
from avow.record.known.address import parse
from avow.record.said.choices import Chosen
from avow.terms import ChannelKind, Promise

_FORMS: Final = "/api/forms/"


@keeps(Promise.OPTOUT)
def heard(request: HttpRequest) -> bool:
    """Take each no of a form, an order, a delivery or a choice that could not be kept; say whether there was one.

    Who hands it in cannot be known then, and need not be: anybody can say no. What cannot be read holds none.
    """
    connection.close()
    if request.method != "POST":
        return False
    try:
        return _heard(request.path, request.body)
    except (ValidationError, AvowError, ValueError):
        return False


def _heard(path: str, body: bytes) -> bool:
    source = f"{path}, while the store was away"
    if path.startswith(_FORMS):
        typed = Filled.model_validate_json(body).typed()
        return hear(ChannelKind(path.removeprefix(_FORMS)), typed, source)
    if path == "/api/choices":
        one = Choice.model_validate_json(body)
        reach = parse(one.email).reach_id if one.email is not None else None
        chosen = noes().get(one.what) if one.answer == "no" else None
        if chosen:
            stop([chosen], source, one.person, reach)
        return chosen is not None
    if path == "/api/orders":
        return _stopped(Order.model_validate_json(body).envelope(path, {}), source)
    return path.startswith(PLACE) and _stopped(_delivered(body), source)


def _stopped(told: Envelope, source: str) -> bool:
    """Stop what an envelope refuses; what nobody knows by its name is all marketing."""
    known = noes()
    chosen: list[Chosen] = [known.get(one.what, known["marketing"]) for one in told.noes]
    if chosen:
        stop(chosen, source, reach=parse(told.address).reach_id)
    return bool(chosen)


def _delivered(body: bytes) -> Envelope:
    """Read a delivery in whichever dialect it is: its connector is not known now."""
    try:
        return standard.read(body, "", {})
    except ValidationError:
        return shopify.read(body, "", {})
