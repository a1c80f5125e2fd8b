"""Show captured mail: codes and links are in it, so in development and to this machine alone."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from avow.errors import MailError
from avow.mail import capture
from avow.page.failure import Failure
from avow.page.site import near


@require_safe
def messages(request: HttpRequest) -> HttpResponse:
    """List captured messages, newest first."""
    if not near(request):
        raise Failure(HTTPStatus.NOT_FOUND)
    return render(request, "web/messages.html", {"messages": capture.messages()})


@require_safe
def message(request: HttpRequest, name: str) -> HttpResponse:
    """Show one captured message."""
    if not near(request):
        raise Failure(HTTPStatus.NOT_FOUND)
    try:
        found = capture.message(name)
    except MailError as error:
        raise Failure(HTTPStatus.NOT_FOUND, "There is no such message.") from error
    return render(request, "web/message.html", {"message": found})
