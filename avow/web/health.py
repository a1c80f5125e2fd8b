"""Say whether the site lives, and whether it can serve."""

from django.db import connection
from django.db.utils import Error
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from avow.record.journal.journal import lag
from avow.record.shown.versions import published
from avow.store.beside import mend_beside


@require_safe
def live(_: HttpRequest) -> HttpResponse:
    """Say that the process answers."""
    return HttpResponse("ok\n", content_type="text/plain; charset=utf-8")


@require_safe
def ready(_: HttpRequest) -> HttpResponse:
    """Say whether the store answers, and how many rights the journal does not hold yet; 503 if it does not answer."""
    try:
        found, late = published(), lag()
    except Error:
        connection.close()
        mend_beside()
        return JsonResponse({"store": "does not answer"}, status=503)
    return JsonResponse({"store": "ok", "versions": found, "journal lacks": late}, status=200 if found else 503)
