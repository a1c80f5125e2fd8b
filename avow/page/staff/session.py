"""Give the staff's pages a session, and no other page."""

from collections.abc import Callable
from typing import Final

from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.contrib.sessions.models import Session
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

PLACE: Final = "/desk/"
"""Where the staff's pages are; their cookie goes nowhere else."""

Answer = Callable[[HttpRequest], HttpResponse]


def seated(answer: Answer) -> Answer:
    """Read and write a session under PLACE alone; no other page knows of one."""
    inside = SessionMiddleware(AuthenticationMiddleware(answer))

    def middleware(request: HttpRequest) -> HttpResponse:
        return inside(request) if request.path.startswith(PLACE) else answer(request)

    return middleware


def sweep() -> int:
    """Forget sessions that ended, and give how many."""
    return Session.objects.filter(expire_date__lt=timezone.now()).delete()[0]
