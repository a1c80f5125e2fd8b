"""Sign staff in: a password, then a code of a second factor; or an identity provider that vouches for both."""

from collections.abc import Callable
from datetime import timedelta
from http import HTTPStatus
from typing import Any, Final

from allauth.account.views import LoginView
from allauth.mfa.base.views import authenticate
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST

from avow.config import config
from avow.page.failure import Failure
from avow.page.limit import limit
from avow.page.middleware import CLEARED
from avow.page.own import own
from avow.page.staff.desk import SIGN_IN
from avow.page.staff.models import Staff
from avow.record.limits import allow

HOUR: Final = timedelta(hours=1)
_MOST_OF_A_NETWORK: Final = 60
_MOST_AT_AN_ACCOUNT: Final = 20
"""Passwords, and codes, that are tried at one account in an hour, whoever tries."""


@require_http_methods(["GET", "HEAD", "POST"])
def signin(request: HttpRequest) -> HttpResponseBase:
    """Ask for address and password; the answer tells nobody which of them was wrong."""
    if request.method == "POST":
        _slow(request, str(request.POST.get("login", "")).strip().lower())
    return _Login.as_view()(request)


@require_http_methods(["GET", "HEAD", "POST"])
def second(request: HttpRequest) -> HttpResponseBase:
    """Ask for a code of the second factor, or one of the codes that were kept for when it is lost."""
    if request.method == "POST":
        _slow(request, f"code:{request.session.get('account_login', {}).get('user_pk', '')}")
    return authenticate(request)


@require_POST
def signout(request: HttpRequest) -> HttpResponse:
    """End the session."""
    own(request)
    logout(request)
    response = HttpResponseRedirect(SIGN_IN)
    response["Clear-Site-Data"] = CLEARED
    return response


def cancelled(request: HttpRequest) -> HttpResponse:
    """Say that nobody was vouched for."""
    return render(request, "socialaccount/authentication_error.html", status=HTTPStatus.FORBIDDEN)


def slowed(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Let a network ask for a page of the identity provider's so often as for ours."""

    def limited(request: HttpRequest, **named: str) -> HttpResponseBase:
        limit(request, "staff", _MOST_OF_A_NETWORK, HOUR)
        return view(request, **named)

    return limited


def inactive(_: HttpRequest) -> HttpResponse:
    """Say no more of an account that ended than of one that never was."""
    return HttpResponseRedirect(SIGN_IN)


class _Login(LoginView):
    """Ask for address and password, and say what else there is to do."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Name the identity provider, if there is one, and say whether nobody has an account yet."""
        told = {"sso": config().oidc_issuer and config().oidc_name, "first": not Staff.objects.exists()}
        return {**super().get_context_data(**kwargs), **told, "request": self.request}


def _slow(request: HttpRequest, account: str) -> None:
    """Refuse what another site sent, and whoever tries too often."""
    own(request)
    limit(request, "staff", _MOST_OF_A_NETWORK, HOUR)
    if not allow(f"staff:{account}", _MOST_AT_AN_ACCOUNT, HOUR):
        raise Failure(HTTPStatus.TOO_MANY_REQUESTS)
