"""Open an account by its link: set a password and a second factor, both at once, once."""

import base64
from http import HTTPStatus
from typing import Final

from allauth.mfa.adapter import get_adapter
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret, validate_totp_code
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from avow.errors import TokenError
from avow.page.failure import Failure
from avow.page.field import Field
from avow.page.limit import limit
from avow.page.own import own
from avow.page.staff.accounts import GOOD_FOR, linked
from avow.page.staff.models import Staff
from avow.page.staff.signin import HOUR
from avow.record.token import seal, unseal
from avow.terms import FieldType

_ACT: Final = "staff's second factor"
_MOST_AN_HOUR: Final = 30
CODE: Final = Field(
    "code", "The code that it shows now", FieldType.TEXT, required=True, hint="Six digits.", fills="one-time-code"
)


@require_http_methods(["GET", "HEAD", "POST"])
def welcome(request: HttpRequest, token: str) -> HttpResponse:
    """Show how to begin; a POST with a good password and a code of the new factor opens the account, once."""
    limit(request, "welcome", _MOST_AN_HOUR, HOUR)
    if request.method != "POST":
        return _ask(request, _staff(token), generate_totp_secret())
    own(request)
    with transaction.atomic():
        one = Staff.objects.select_for_update().get(id=_staff(token).id)
        _staff(token)  # who came second finds the link used
        secret = _secret(request, one)
        wrong = _wrong(request, one, secret)
        if wrong:
            return _ask(request, one, secret, wrong)
        one.set_password(str(request.POST["password"]))
        one.link, one.link_until = None, None
        one.save()
        TOTP.activate(one, secret)
        codes = RecoveryCodes.activate(one).generate_codes()
    return render(request, "staff/opened.html", {"codes": codes})


def _staff(token: str) -> Staff:
    one = linked(token)
    if one is None:
        raise Failure(
            HTTPStatus.NOT_FOUND,
            "This link was used, is older than a day, or is not ours.",
            "Ask whoever gave it to you for another: `avow staff reset` prints one.",
        )
    return one


def _secret(request: HttpRequest, one: Staff) -> str:
    """Give the secret that the page showed; a new one where the form is not ours or was left for too long."""
    try:
        secret, whose = unseal(_ACT, str(request.POST.get("secret", "")), GOOD_FOR)
    except (TokenError, ValueError):
        return generate_totp_secret()
    return secret if whose == one.id.hex else generate_totp_secret()


def _wrong(request: HttpRequest, one: Staff, secret: str) -> list[tuple[str, str]]:
    """Name what is wrong by the field that it is about."""
    first, again = (str(request.POST.get(name, "")) for name in ("password", "again"))
    wrong = []
    try:
        validate_password(first, one)
    except ValidationError as error:
        wrong.append(("password", " ".join(error.messages)))
    if first != again:
        wrong.append(("again", "The two passwords are not the same."))
    if not validate_totp_code(secret, str(request.POST.get(CODE.name, "")).replace(" ", "")):
        wrong.append((CODE.name, "This is not the code that the device shows now."))
    return wrong


def _ask(request: HttpRequest, one: Staff, secret: str, wrong: list[tuple[str, str]] | None = None) -> HttpResponse:
    adapter = get_adapter()
    picture = adapter.build_totp_svg(adapter.build_totp_url(one, secret))
    told = {
        "one": one,
        "secret": secret,
        "sealed": seal(_ACT, secret, one.id.hex),
        "picture": base64.b64encode(picture.encode()).decode(),
        "wrong": wrong or [],
        "said": dict(wrong or []),
    }
    return render(request, "staff/welcome.html", told, status=HTTPStatus.UNPROCESSABLE_ENTITY if wrong else 200)
