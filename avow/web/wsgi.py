"""Give granian the site: the store connected, the pages, the files that never change."""

import os
import signal

import django

from avow.store.bound import bound

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "avow.settings")
bound(signal.SIGKILL)  # an act is whole or not at all, so there is nothing to finish
django.setup()

from django.core.wsgi import get_wsgi_application  # noqa: E402 -- only after Django is set up
from whitenoise import WhiteNoise  # type: ignore[import-untyped]  # noqa: E402 -- it ships no types; as above

from avow.page.site import STATIC  # noqa: E402 -- same
from avow.page.visitor.large import LARGEST_WITH_FILE  # noqa: E402 -- same
from avow.web.late import begin  # noqa: E402 -- same
from avow.web.measured import measured  # noqa: E402 -- same

begin()

_FOREVER = 365 * 24 * 3600


def _safe(headers: dict[str, str], _path: str, _url: str) -> None:
    """Let no browser guess at what a file is."""
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Cross-Origin-Resource-Policy"] = "same-origin"


application = WhiteNoise(
    measured(get_wsgi_application(), LARGEST_WITH_FILE),
    root=str(STATIC),
    prefix="static",
    max_age=_FOREVER,
    add_headers_function=_safe,
    allow_all_origins=False,
)
