"""Show at each form of the forum what is collected there and who can read it, and take what comes back under it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from http import HTTPStatus
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _

from avow.collection.forum.shown.places import Place, Places, places
from avow.collection.seen.form import POT, SEAL
from avow.collection.seen.sealed import Seen, opened, sealed_as
from avow.errors import TokenError
from avow.page.failure import Failure
from avow.page.field import Field, declared
from avow.page.signed.address import written
from avow.page.signed.session import Signed
from avow.page.site import policy
from avow.page.visitor.spoken import told
from avow.policy.document import FormField
from avow.policy.shown.notice import notice
from avow.record.known.address import Address
from avow.record.shown.notice import shown
from avow.record.shown.stamp import Shown, stamp
from avow.record.shown.versions import history
from avow.record.taken.store import Given, keep
from avow.terms import ChannelKind
from avow.tongue import marked

SOURCE = "/forum/"
"""Where it is posted, as the stamp says it: which thread it was is no part of it."""
_ANEW = marked(
    "Nothing was sent yet: these words changed since you opened the page, or that was long ago. Please read them."
)


@dataclass(frozen=True, slots=True)
class Form:
    """A form as it stands on the page: what it shows, its fields, and what is wrong with it besides."""

    words: str
    fields: tuple[Field, ...]
    trouble: str = ""

    @property
    def shown(self) -> Shown:
        """Give what is shown at it, in words that are stored."""
        front = told().front
        return shown(front.version, ChannelKind.FORUM, front.language, self.words)

    @property
    def wrong(self) -> tuple[Field, ...]:
        """Give the fields that something is wrong with."""
        return tuple(field for field in self.fields if field.wrong)

    def value(self, place: Place) -> str:
        """Give what was typed at a place."""
        return next((field.value for field in self.fields if field.name == ".".join(place)), "")

    def but(self, place: Place, wrong: str) -> "Form":
        """Give the form with something wrong at one place."""
        named = ".".join(place)
        return replace(self, fields=tuple(f.but(f.value, wrong) if f.name == named else f for f in self.fields))

    def told(self) -> dict[str, object]:
        """Give what a template shows of it."""
        lines = [(line.startswith("- "), line.removeprefix("- ")) for line in self.words.splitlines()]
        return {
            "form": self,
            "seal": sealed_as(self.shown),
            "notice": lines,
            "wrong": self.wrong,
            "trouble": self.trouble,
        }


def lay_out(wanted: Iterable[Place], also: str = "") -> Form:
    """Lay out a form of some fields, under the notice of the forum and what is told beside it."""
    said = notice(told(), ChannelKind.FORUM)
    return Form(f"{said}\n{also}" if also else said, tuple(_field(place) for place in wanted))


def taken(form: Form, request: HttpRequest) -> tuple[Form, Seen | None]:
    """Read a form back; what it showed is None where it is to be shown again.

    Raises a Failure (400) if it does not say what it showed, or was filled in by a machine.
    """
    typed = request.POST
    filled = replace(form, fields=tuple(field.filled(str(typed.get(field.name, ""))) for field in form.fields))
    if typed.get(POT):
        raise Failure(HTTPStatus.BAD_REQUEST)
    try:
        seen = opened(str(typed.get(SEAL, "")))
    except (TokenError, ValueError) as error:
        raise Failure(HTTPStatus.BAD_REQUEST, "This form does not say what it showed you.") from error
    if not seen.fresh or seen.shown != form.shown:
        return replace(filled, trouble=_(_ANEW)), None
    return filled, None if filled.wrong else seen


def take_in(who: Signed, seen: Seen, given: Mapping[Place, str], key: UUID, *, address: bool = False) -> None:
    """Keep what somebody gave under what they were shown, tied by a key; with their address where that is asked for."""
    mailbox = own_address(who) if address else None
    items: dict[str, dict[str, str]] = {}
    for (category, field), value in given.items():
        if value:
            items.setdefault(category, {})[field] = value
    if mailbox:
        category, field = here().address
        items[category] = {field: mailbox.display}
    marked = stamp(history(), seen.shown, SOURCE, datetime.now(UTC))
    keep(marked, [Given(*one) for one in items.items()], mailbox, person=who.person, thread=key)


def own_address(who: Signed) -> Address:
    """Give the address that somebody signed in by; raise a Failure (409) where the gate releases it no more."""
    found = written(who.person, who.exact)
    if found is None:
        raise Failure(HTTPStatus.CONFLICT, "Your address is not to be used just now.", "Write to us, and we look why.")
    return found


def here() -> Places:
    """Give where the forum's data goes by the policy in force."""
    return places(policy())


def ask(request: HttpRequest, template: str, form: Form, **besides: object) -> HttpResponse:
    """Show a form; `unpicked` says that something beside its fields is missing."""
    wrong = form.wrong or form.trouble or besides.get("unpicked")
    status = HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK
    return render(request, f"collection/forum/{template}.html", {**besides, **form.told()}, status=status)


def sign_in() -> HttpResponse:
    """Send whoever is not signed in to the page where they do it."""
    return HttpResponseRedirect("/signin/")


def _field(place: Place) -> Field:
    category, name = place
    found: FormField = next(one for one in told().categories[category].fields if one.id == name)
    return declared(category, found)
