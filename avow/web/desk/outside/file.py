"""Hand a file that is written for one request to a browser; nothing of it stays on the disk."""

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from django.http import HttpResponse


def handed(name: str, write: Callable[[Path], object]) -> HttpResponse:
    """Have a file written, and give it as a download under a name."""
    with TemporaryDirectory(prefix="avow-given-") as folder:
        path = Path(folder) / name
        write(path)
        response = HttpResponse(path.read_bytes(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
