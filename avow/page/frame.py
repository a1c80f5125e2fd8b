"""Give every page what its frame shows: who promises, under which version, where the styles are."""

from django.http import HttpRequest

from avow.page.site import asset, near, news
from avow.page.visitor.loaded import loaded
from avow.page.visitor.spoken import others, told
from avow.terms import ChannelKind


def frame(request: HttpRequest) -> dict[str, object]:
    """Give the words of the frame; Django calls this for every template."""
    now = told()
    front = now.front
    return {
        "news": [(one.front, one.front.effective > front.effective) for one in news()],
        "company": front.company,
        "postal": front.postal,
        "mailbox": front.mailbox,
        "version": front.version,
        "language": front.language,
        "languages": list(others(request)),
        "stylesheet": asset("page/avow.css"),
        "icon": asset("page/icon.svg"),
        "development": near(request),
        "here": request.path,
        "loaded": loaded(request),
        "forum": ChannelKind.FORUM in now.channels,
    }
