"""Show captured mail, in development alone."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from avow.config import config
from avow.errors import MailError
from avow.mail import capture
from avow.page.failure import Failure


def _development() -> None:
    if config().production:
        raise Failure(HTTPStatus.NOT_FOUND)


@require_safe
def messages(request: HttpRequest) -> HttpResponse:
    """List captured messages, newest first."""
    _development()
    return render(request, "web/messages.html", {"messages": capture.messages()})


@require_safe
def message(request: HttpRequest, name: str) -> HttpResponse:
    """Show one captured message."""
    _development()
    try:
        found = capture.message(name)
    except MailError as error:
        raise Failure(HTTPStatus.NOT_FOUND, "There is no such message.") from error
    return render(request, "web/message.html", {"message": found})
