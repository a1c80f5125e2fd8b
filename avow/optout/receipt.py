"""Give whoever holds a link the receipt of what was chosen with it, and of nothing else."""

from datetime import timedelta
from http import HTTPStatus
from uuid import UUID

import psycopg
from django.db.utils import DatabaseError, InterfaceError
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from avow.errors import RecordError, TokenError
from avow.ledger.merkle.proof import Proof
from avow.optout.pointed import Pointed
from avow.page.failure import Failure
from avow.page.kept.receipt import agreed, choice_lines, download, show
from avow.record.own.opened import Made, made_of, open_choice, said
from avow.record.token import seal, unseal

LINK, ONE_CLICK = "page of choices, link", "one-click link"
"""How a choice is made by a link: who holds the link may have its receipt, and no other's."""
_ACT = "receipt"
_GOOD_FOR = timedelta(days=1)
_TITLE = "Your choice, as it stands in our ledger"


def receipt_link(found: Pointed, number: int | None) -> str:
    """Give the address of the receipt of a choice that was made by a link, or "" if there is none to give.

    What somebody else chose about the same mailbox, by typing its address or signed in, is not the link's to open.
    """
    try:
        choice = said(found.person, found.reach, number, [LINK, ONE_CLICK]) if number is not None else None
    except (DatabaseError, InterfaceError, psycopg.Error):  # the no is taken, whatever becomes of its receipt
        return ""
    return f"/choices/receipt/{seal(_ACT, found.person.hex, choice.hex)}/" if choice else ""


@require_safe
def page(request: HttpRequest, token: str) -> HttpResponse:
    """Show the receipt behind a link of the answer page."""
    made, proof = _opened(token)
    return show(request, _TITLE, choice_lines(made), proof)


@require_safe
def file(_: HttpRequest, token: str) -> HttpResponse:
    """Give it as a file."""
    return download(_opened(token)[1])


def _opened(token: str) -> tuple[Made, Proof | None]:
    try:
        person, choice = (UUID(part) for part in unseal(_ACT, token, _GOOD_FOR))
        return made_of(person, choice)[0], agreed(lambda: open_choice(person, choice))
    except (TokenError, ValueError, IndexError, RecordError) as error:
        raise Failure(
            HTTPStatus.NOT_FOUND,
            "This receipt is not here any more, or the link is damaged.",
            "A link is good for a day. Sign in: the receipts of all your choices are there.",
        ) from error
