"""Give who signed in a receipt of each choice of theirs and of each thing that they gave."""

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from http import HTTPStatus
from typing import TypeVar
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from avow.accuracy.held import right_of, title_of
from avow.accuracy.session import signed
from avow.errors import RecordError
from avow.ledger.merkle.proof import Proof
from avow.ledger.read import entry
from avow.page.failure import Failure
from avow.page.kept.receipt import FILE, Lines, about, agreed, choice_lines, download, outside, show
from avow.page.signed.address import each_of
from avow.page.visitor.spoken import spelt, told
from avow.record.own.opened import Kept, kept_of, made_of, open_choice, open_item
from avow.record.seen.cases import answering
from avow.tongue import marked

Values = Mapping[UUID, Mapping[str, str]]
Receipt = tuple[str, Lines, Proof | None]
"""What a receipt is headed by, what it says in words, and the proof; None is one that waits."""
One = TypeVar("One")
_BACK = "/me/receipts/"
_GIVEN = marked("What you gave us, as it stands in our ledger")


@require_safe
def receipts(request: HttpRequest) -> HttpResponse:
    """List what there is a receipt of, the newest first."""
    who = signed(request)
    if who is None:
        return HttpResponseRedirect("/signin/")
    titles = outside()
    shown = {
        "made": [(one, about(one, titles)) for one in made_of(who.person)],
        "kept": [(one, title_of(one.category)) for one in kept_of(who.person)],
    }
    return render(request, "accuracy/receipts.html", shown)


@require_safe
def choice(request: HttpRequest, choice: UUID, file: str = "") -> HttpResponse:
    """Show the receipt of a choice, or give it as a file."""
    return _give(request, partial(_made, choice=choice), file)


@require_safe
def item(request: HttpRequest, item: UUID, file: str = "") -> HttpResponse:
    """Show the receipt of something that was given, or give it as a file; its fields are the gate's to release."""
    return _give(request, partial(_kept, item=item), file)


def receipt_in_case(person: UUID, item: UUID, words: str, private: Collection[str] = ()) -> HttpResponse:
    """Give the receipt of anything that a person gave as a file, in answer to a case of their own that ends with it.

    Of the `private` categories there is none now.
    """
    if any(one.category in private for one in kept_of(person, item)):
        raise _none()
    with answering(person, words):
        _, _, proof = _kept(person, item, right_of)
    return download(proof)


def _give(request: HttpRequest, find: Callable[[UUID], Receipt], file: str) -> HttpResponse:
    who = signed(request)
    if who is None:
        return HttpResponseRedirect("/signin/")
    title, lines, proof = find(who.person)
    return download(proof) if file == FILE else show(request, title, lines, proof, _BACK)


def _made(person: UUID, choice: UUID) -> Receipt:
    made = _one(made_of(person, choice))
    return _("Your choice, as it stands in our ledger"), choice_lines(made), agreed(lambda: open_choice(person, choice))


def _kept(person: UUID, item: UUID, released: Callable[[UUID, str], Values] = each_of) -> Receipt:
    kept = _one(kept_of(person, item))
    line = entry(kept.entry)
    if line is not None and line.index is None:  # nothing is released for a page that only waits
        return _(_GIVEN), _lines(kept, {}), None
    fields = released(person, kept.category).get(item)
    if fields is None:
        raise Failure(
            HTTPStatus.NOT_FOUND,
            "This is not shown on the mere strength of signing in.",
            "Ask for the copy of all that we hold about you, under your choices: its receipt is beside it there.",
        )
    try:
        proof = agreed(lambda: open_item(person, item, fields))
    except RecordError as error:
        raise _none() from error
    return _(_GIVEN), _lines(kept, fields), proof


def _one(found: Sequence[One]) -> One:
    if not found:
        raise _none()
    return found[0]


def _lines(kept: Kept, fields: Mapping[str, str]) -> Lines:
    """Say an item in words."""
    under = _("version {version} of the policy")
    category = told().categories.get(kept.category)
    labels = {field.id: field.label for field in category.fields} if category else {}
    return (
        (_("You gave"), title_of(kept.category)),
        *((labels.get(name, name), words) for name, words in sorted(fields.items())),
        (_("When"), f"{spelt(kept.at)}, {kept.at:%H:%M:%S} UTC"),
        (_("By"), _(kept.channel)),
        (_("Under"), under.format(version=kept.version) if kept.version else _("words that are not known to us")),
    )


def _none() -> Failure:
    return Failure(HTTPStatus.NOT_FOUND, "There is no such receipt.", "What was forgotten has none.")
