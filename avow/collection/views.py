"""Show the form of each channel that has a page, and take what comes back."""

from collections.abc import Mapping
from datetime import timedelta
from http import HTTPStatus

from django.core.files.uploadedfile import UploadedFile
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from avow.collection.collect import collect
from avow.collection.matters.uploaded import named, uploaded
from avow.collection.refused import AWAY, hear, refuse
from avow.collection.seen.form import POT, SEAL, YES, Form, lay_out
from avow.collection.seen.sealed import Seen, opened, sealed
from avow.errors import AddressError, CollectionError, PolicyError, TokenError
from avow.page.failure import Failure, sentence
from avow.page.limit import limit
from avow.page.own import own
from avow.page.steady import SHORT, steady
from avow.page.visitor.large import large
from avow.page.visitor.spoken import told
from avow.policy.document import Policy, Purpose
from avow.policy.shown.notice import notice
from avow.record.known.address import Address, parse
from avow.record.shown.versions import history
from avow.terms import ChannelKind, Default
from avow.tongue import marked

_HOUR = timedelta(hours=1)
_MOST_AN_HOUR = 60
_THANKS = {
    ChannelKind.REGISTRATION: "",
    ChannelKind.INQUIRY: marked("Your question is with us."),
    ChannelKind.ORDER: marked("Your order is with us."),
    ChannelKind.SUPPORT: marked("What you told us is with our support."),
    ChannelKind.APPLICATION: marked("Your application is with us."),
}
"""What a form that is more than a registration says to whoever sent it."""
_LATE = marked("This form was opened long ago. Nothing was sent yet: please read what it says today, then send it.")
_OTHER = marked(
    "The policy has changed since you opened this form. Nothing was sent yet: please read what it says today."
)


@require_http_methods(["GET", "HEAD", "POST"])
def register(request: HttpRequest) -> HttpResponse:
    """Register under the policy in force."""
    return _form(request, ChannelKind.REGISTRATION)


@require_http_methods(["GET", "HEAD", "POST"])
def inquire(request: HttpRequest) -> HttpResponse:
    """Ask for information."""
    return _form(request, ChannelKind.INQUIRY)


@require_http_methods(["GET", "HEAD", "POST"])
def order(request: HttpRequest) -> HttpResponse:
    """Order something."""
    return _form(request, ChannelKind.ORDER)


@require_http_methods(["GET", "HEAD", "POST"])
def support(request: HttpRequest) -> HttpResponse:
    """Ask for help with what one has."""
    return _form(request, ChannelKind.SUPPORT)


@require_http_methods(["GET", "HEAD", "POST"])
def apply(request: HttpRequest) -> HttpResponse:
    """Apply for a job."""
    return _form(request, ChannelKind.APPLICATION)


@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest, joins: str) -> HttpResponse:
    """Join a list with an address alone: registering, with a yes to it that its holder confirms by a mailed link."""
    found = told().purposes.get(joins)
    registration = told().channels.get(ChannelKind.REGISTRATION)
    if found is None or found.default is not Default.ON_YES or not registration or joins not in registration.states:
        raise Failure(HTTPStatus.NOT_FOUND, "There is no such list to join.", "See which lists there are, at /lists/.")
    return _form(request, ChannelKind.REGISTRATION)


def _form(request: HttpRequest, kind: ChannelKind) -> HttpResponse:
    now = told()
    if kind not in now.channels:
        raise Failure(HTTPStatus.NOT_FOUND, "The policy names no such form.")
    if request.method == "POST":
        return _take(request, now, kind)
    return _show(request, now, lay_out(now, kind))


def _joins(request: HttpRequest, now: Policy) -> Purpose | None:
    """Give what a page joins, if its address names something."""
    found = request.resolver_match.kwargs.get("joins") if request.resolver_match else None
    return now.purposes.get(found) if found else None


def _show(request: HttpRequest, now: Policy, form: Form, trouble: str = "") -> HttpResponse:
    """Show a form of one version with a fresh seal: the words beside it are those that a stamp will name.

    Where it joins something, it asks for the address alone, and its button is the yes.
    """
    joins = _joins(request, now)
    shown = {
        "form": form,
        "joins": joins,
        "groups": [group for group in form.groups if not joins or form.address in group.fields],
        "boxes": [box for box in form.boxes if not joins or box.name != f"{YES}{joins.id}"],
        "seal": sealed(now, form.channel),
        "notice": _lines(notice(now, form.channel)),
        "trouble": _(trouble) if trouble else "",
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.wrong or trouble else HTTPStatus.OK
    return render(request, "collection/form.html", {**shown, "wrong": form.wrong}, status=status)


def _lines(words: str) -> list[tuple[bool, str]]:
    """Give the words of a notice line by line, and whether a line is one of several that belong together."""
    return [(line.startswith("- "), line.removeprefix("- ")) for line in words.splitlines()]


def _take(request: HttpRequest, now: Policy, kind: ChannelKind) -> HttpResponse:
    """Take a form; where it is not taken, for whatever reason, a no that is ticked on it is taken all the same."""
    own(request, sites=True)
    files = {name: one for name, one in request.FILES.items() if isinstance(one, UploadedFile)}
    data = {name: str(value) for name, value in (*request.POST.items(), *((name, "") for name in files))}
    try:
        return _keep(request, now, kind, data, files)
    except AWAY:
        connection.close()
        if not hear(kind, data, request.path):
            raise
        return render(request, "collection/received.html", status=HTTPStatus.ACCEPTED)
    except (CollectionError, Failure):
        _hear(request, kind, data)
        raise


def _hear(request: HttpRequest, kind: ChannelKind, data: Mapping[str, str]) -> None:
    """Take each no of a form that is not taken, in the time that a form which is taken needs."""
    with steady(SHORT):
        hear(kind, data, request.path)


def _legible(request: HttpRequest) -> None:
    """Raise a Failure (400) where a form is not written in UTF-8: it would be read as other letters, or as none."""
    if request.content_type == "application/x-www-form-urlencoded":
        try:
            request.body.decode()
        except UnicodeDecodeError as error:
            raise Failure(
                HTTPStatus.BAD_REQUEST, "This form is not written in UTF-8, so nothing of it was kept."
            ) from error


def _keep(
    request: HttpRequest, now: Policy, kind: ChannelKind, data: dict[str, str], sent: Mapping[str, UploadedFile]
) -> HttpResponse:
    _legible(request)
    if large(request):
        raise Failure(
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
            "Your files are too large. Nothing of the form was kept but what you say no to on it, which holds.",
            "Send it again with files of at most 2 MB together.",
        )
    limit(request, "form", _MOST_AN_HOUR, _HOUR)
    seen = _seen(data.get(SEAL, ""), kind)
    form = _filled(kind, data, seen, sent)
    stands = seen.stands(now)
    form, files = uploaded(form, sent) if stands and not form.wrong and not data.get(POT) else (form, ())
    address = form if form.wrong else _address(form)
    if isinstance(address, Form):
        _hear(request, kind, data)
        return _again(request, now, address, data, seen)
    with steady(SHORT):
        if stands and not data.get(POT):
            collect(form, seen, address, request.path, files)
        refuse(form, address, request.path)
    return _thank(request, kind) if stands else _again(request, now, form, data, seen)


def _again(request: HttpRequest, now: Policy, form: Form, data: dict[str, str], seen: Seen) -> HttpResponse:
    """Show a form again: as it was filled in, or in the words of today where those that were shown are not."""
    if seen.stands(now) and seen.version == now.front.version:
        return _show(request, now, form)
    anew = lay_out(now, form.channel, _known(lay_out(now, form.channel), data))
    address = anew if anew.wrong else _address(anew)
    return _show(request, now, address if isinstance(address, Form) else anew, _OTHER if seen.stands(now) else _LATE)


def _seen(token: str, kind: ChannelKind) -> Seen:
    try:
        seen = opened(token)
        history().version(seen.version)
    except (TokenError, PolicyError, ValueError) as error:
        raise Failure(HTTPStatus.BAD_REQUEST, "This form does not say what it showed you.") from error
    if seen.shown.channel is not kind:
        raise Failure(HTTPStatus.BAD_REQUEST, "This form belongs to another page.")
    return seen


def _filled(kind: ChannelKind, data: dict[str, str], seen: Seen, files: Mapping[str, UploadedFile]) -> Form:
    """Read a form by the version that was shown, not by the one that came into force since; undeclared fields raise."""
    shown = history().version(seen.version).told(seen.shown.language)
    return lay_out(shown, kind, named(lay_out(shown, kind), data, files))


def _known(today: Form, data: dict[str, str]) -> dict[str, str]:
    """Keep of what was typed what the form of today asks for, and each no; a yes is asked anew."""
    fields = {field.name: data.get(field.name, "") for field in today.fields if field not in today.files}
    return fields | {box.name: "on" for box in today.boxes if box.says_no and box.name in data}


def _address(form: Form) -> Address | Form:
    """Give the address, or the form that says what is wrong with it."""
    try:
        return parse(form.address.value)
    except AddressError as error:
        return form.refuse(form.address, sentence(str(error)))


def _thank(request: HttpRequest, kind: ChannelKind) -> HttpResponse:
    """Answer the same to everybody, known or unknown."""
    thanks = _(_THANKS[kind]) if _THANKS[kind] else ""
    return render(request, "collection/thanks.html", {"thanks": thanks, "joins": _joins(request, told())})
