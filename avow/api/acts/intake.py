"""Take what other systems sign: the signature is over the bytes as they came, and says who they are."""

from http import HTTPStatus
from typing import Final

from django.http import HttpRequest
from pydantic import BaseModel, ValidationError

from avow.api.acts.choices import noes
from avow.api.problem import Problem, invalid
from avow.collection.intake.deliver import deliver
from avow.errors import TokenError
from avow.record.programs.connector import connector

PLACE: Final = "/in/"


class Received(BaseModel):
    """That a delivery was taken, or had come before; how much of it was not taken.

    `untaken` says why nothing of it is taken, now or later: it need not come again.
    """

    again: bool
    dropped: int
    unheard: int
    untaken: str = ""


def intake(request: HttpRequest, name: str) -> Received:
    """Take a delivery of a connector, which is kept when this answers; raise a Problem for what is not taken."""
    found = connector(name)
    if found is None:
        raise Problem(HTTPStatus.NOT_FOUND, "there is no such connector", "look at its name")
    headers = {head.lower(): value for head, value in request.headers.items()}
    try:
        taken = deliver(found, headers, request.body, noes())
    except TokenError as error:
        raise Problem(HTTPStatus.UNAUTHORIZED, error.args[0], error.hint) from error
    except ValidationError as error:
        raise invalid(error) from error
    again = taken.person is None and not taken.untaken
    return Received(again=again, dropped=taken.dropped, unheard=taken.unheard, untaken=taken.untaken)
