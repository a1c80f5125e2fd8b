"""Put a picture into a draft: kept with the draft's words, and named at the end of its text."""

from dataclasses import replace
from datetime import timedelta
from http import HTTPStatus
from typing import Final
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_POST

from avow.errors import MailError
from avow.mail.course.draft import rewrite
from avow.mail.pictured.carried import SCHEME
from avow.mail.pictured.picture import keep_picture
from avow.page.failure import Failure
from avow.page.staff.desk import desk
from avow.page.staff.models import Staff
from avow.record.limits import allow
from avow.web.desk.mailings.shelf import WRITERS, found, given, trouble
from avow.web.desk.mailings.write import again, edition, typed

_HOUR: Final = timedelta(hours=1)
_MOST: Final = 60
_HTML: Final = "<!doctype html>"


@require_POST
@desk(*WRITERS)
def put_in(request: HttpRequest, who: Staff, key: UUID) -> HttpResponse:
    """Keep the draft as it was typed, and the picture that was picked; without words for who cannot see it, neither."""
    one, told = found(key), typed(request)
    if not allow(f"picture:{who.id}", _MOST, _HOUR):
        raise Failure(HTTPStatus.TOO_MANY_REQUESTS)
    try:
        with transaction.atomic():  # a picture that no draft takes is not kept
            words = _with_picture(request, str(told["words"]), who.id)
            rewrite(key, edition(request), str(told["list"]), words, who.id, shown=bool(told["shown"]))
    except MailError as error:
        return again(request, who, one, {**told, "trouble": trouble(error)})
    return HttpResponseRedirect(f"/desk/mailings/{key}/write/?done=picture")


def _with_picture(request: HttpRequest, words: str, by: UUID) -> str:
    """Name the picture below the text; where the draft brings HTML of its own, at the end of what stands above it."""
    alt, file = " ".join(str(request.POST.get("alt", "")).split()), request.FILES.get("picture")
    if not isinstance(file, UploadedFile):
        raise MailError("no picture was picked", "pick a PNG or a JPEG on your machine")
    if not alt:
        raise MailError("the picture has no words for who cannot see it", "write what it shows")
    made, kept = keep_picture(file.read(), by), given(words)
    text, mark, html = kept.body.partition(_HTML)
    named = f"![{alt.replace('[', '(').replace(']', ')')}]({SCHEME}{made.name})"
    body = f"{text.rstrip()}\n\n{named}\n\n{mark}{html}".strip()
    return replace(kept, body=body).words
