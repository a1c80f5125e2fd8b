"""Take acts from our own pages alone."""

from http import HTTPStatus
from urllib.parse import urlsplit

from django.http import HttpRequest

from avow.page.failure import Failure


def own(request: HttpRequest) -> None:
    """Raise a Failure (403) where a browser says that another site sent this.

    Forms carry no cookie and no secret of a browser's: what authorizes an act is in its body, or is a
    SameSite=Strict cookie. This is the second lock (Fetch Metadata; Origin where a browser is older, which
    is "null" for our own pages too, because they send no referrer).
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        foreign = site not in {"same-origin", "none"}
    else:
        origin = request.headers.get("Origin", "")
        foreign = origin not in {"", "null"} and urlsplit(origin).netloc != request.headers.get("Host")
    if foreign:
        raise Failure(HTTPStatus.FORBIDDEN)
