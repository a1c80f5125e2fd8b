"""Let whoever made a choice by a link have its receipt for a day, and nobody else's."""

from datetime import timedelta
from http import HTTPStatus
from typing import Final
from uuid import UUID

import psycopg
from django.db.utils import DatabaseError, InterfaceError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from avow.errors import RecordError, TokenError
from avow.ledger.merkle.proof import Proof
from avow.page.failure import Failure
from avow.page.kept.receipt import agreed, choice_lines, download, show
from avow.record.own.opened import Made, made_of, open_choice, said
from avow.record.token import seal, unseal
from avow.tongue import marked

_ACT: Final = "receipt"
_GOOD_FOR: Final = timedelta(days=1)
_TITLE: Final = marked("Your choice, as it stands in our ledger")


def receipt_address(place: str, person: UUID, reach: bytes, number: int | None, *evidence: str) -> str:
    """Give the address under `place` of the receipt of a choice that was made by a link, or "" if there is none.

    What somebody else chose about the same mailbox, by typing its address or signed in, is not the link's to open.
    """
    try:
        choice = said(person, reach, number, list(evidence)) if number is not None else None
    except (DatabaseError, InterfaceError, psycopg.Error):  # the choice is taken, whatever becomes of its receipt
        return ""
    return f"{place}{seal(_ACT, person.hex, choice.hex)}/" if choice else ""


@require_safe
def page(request: HttpRequest, token: str) -> HttpResponse:
    """Show the receipt behind a link of an answer page."""
    made, proof = _opened(token)
    return show(request, _(_TITLE), choice_lines(made), proof)


@require_safe
def file(_request: HttpRequest, token: str) -> HttpResponse:
    """Give it as a file."""
    return download(_opened(token)[1])


def _opened(token: str) -> tuple[Made, Proof | None]:
    """Open the choice of a receipt's link, and its proof once it is in the ledger; raise a Failure (404) if damaged."""
    try:
        person, choice = (UUID(part) for part in unseal(_ACT, token, _GOOD_FOR))
        return made_of(person, choice)[0], agreed(lambda: open_choice(person, choice))
    except (TokenError, ValueError, IndexError, RecordError) as error:
        raise Failure(
            HTTPStatus.NOT_FOUND,
            "This receipt is not here any more, or the link is damaged.",
            "A link is good for a day. Sign in: the receipts of all your choices are there.",
        ) from error
