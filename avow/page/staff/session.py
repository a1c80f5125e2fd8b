"""Give the staff's pages a session, and no other page."""

from collections.abc import Awaitable
from typing import Final

from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.contrib.sessions.models import Session
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone

PLACE: Final = "/desk/"
"""Where the staff's pages are; their cookie goes nowhere else."""


class Seated(SessionMiddleware):
    """Read and write a session under PLACE alone; no other page knows of one."""

    def __call__(self, request: HttpRequest) -> HttpResponseBase | Awaitable[HttpResponseBase]:
        """Pass by what is not the staff's."""
        return super().__call__(request) if request.path.startswith(PLACE) else self.get_response(request)


class Known(AuthenticationMiddleware):
    """Say who signed in under PLACE alone."""

    def __call__(self, request: HttpRequest) -> HttpResponseBase | Awaitable[HttpResponseBase]:
        """Pass by what is not the staff's."""
        return super().__call__(request) if request.path.startswith(PLACE) else self.get_response(request)


def sweep() -> int:
    """Forget sessions that ended, and give how many."""
    return Session.objects.filter(expire_date__lt=timezone.now()).delete()[0]
