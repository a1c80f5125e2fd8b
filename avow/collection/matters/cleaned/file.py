"""Tell by its bytes what a file is, and clean it; what is of no kind that we can clean is refused."""

from collections.abc import Callable
from typing import Final

from avow.collection.matters.cleaned.made import Made, Refused
from avow.collection.matters.cleaned.office import office
from avow.collection.matters.cleaned.pages import pages
from avow.collection.matters.cleaned.picture import picture

__all__ = ["Refused", "file"]

_KINDS: Final[tuple[tuple[bytes, Callable[[bytes], Made]], ...]] = (
    (b"\xff\xd8\xff", picture),
    (b"\x89PNG\r\n\x1a\n", picture),
    (b"GIF8", picture),
    (b"RIFF", picture),
    (b"%PDF-", pages),
    (b"PK\x03\x04", office),
)
_HINT: Final = "we keep pictures, PDF, text and office documents, and nothing else"


def file(data: bytes) -> Made:
    """Clean a file; raise Refused where it is of no kind that can be cleaned, and whatever a library raises."""
    for begins, clean in _KINDS:
        if data.startswith(begins):
            return clean(data)
    return _words(data)


def _words(data: bytes) -> Made:
    """Give a text as it stands: it tells of its maker what its words say, and nothing else."""
    try:
        words = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Refused(_HINT) from error
    if not words.strip() or any(sign < " " and sign not in "\t\n\r\f" for sign in words):
        raise Refused(_HINT)
    return Made("text/plain", "txt", words.encode())
