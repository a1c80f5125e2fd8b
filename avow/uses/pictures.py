"""Give anybody the pictures of past issues, from our own site: by what they are, and with nothing about who looks."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from avow.errors import MailError
from avow.mail.pictured.picture import picture
from avow.page.failure import Failure

_FOREVER = "public, max-age=31536000, immutable"


@require_safe
def shown(_request: HttpRequest, file: str) -> HttpResponse:
    """Give a picture by the hash of its bytes; it never changes, so a browser asks once."""
    try:
        found = picture(file.partition(".")[0])
    except MailError as error:
        raise Failure(HTTPStatus.NOT_FOUND, "There is no such picture.", "See the lists, at /lists/.") from error
    if file != found.file:
        raise Failure(HTTPStatus.NOT_FOUND, "There is no such picture.", "See the lists, at /lists/.")
    return HttpResponse(found.data, content_type=found.type, headers={"Cache-Control": _FOREVER})
