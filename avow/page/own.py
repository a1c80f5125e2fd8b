"""Take acts from our own pages alone."""

from http import HTTPStatus
from urllib.parse import urlsplit

from django.http import HttpRequest

from avow.page.failure import Failure
from avow.page.site import covered


def own(request: HttpRequest, *, sites: bool = False) -> None:
    """Raise a Failure (403) where a browser says that another site sent this.

    With `sites` any that the policy covers may: a form of ours may stand on each, and authorizes nothing.

    Forms carry no cookie and no secret of a browser's: what authorizes an act is in its body, or is a
    SameSite=Strict cookie. This is the second lock (Fetch Metadata; Origin where a browser is older, which
    is "null" for our own pages too, because they send no referrer).
    """
    site = request.headers.get("Sec-Fetch-Site")
    origin = request.headers.get("Origin", "")
    if site is not None:
        foreign = site not in {"same-origin", "none"}
    else:
        foreign = origin not in {"", "null"} and urlsplit(origin).netloc != request.headers.get("Host")
    if foreign and not (sites and covered(urlsplit(origin).netloc)):
        raise Failure(HTTPStatus.FORBIDDEN)
