"""Make a picture anew from its points alone: no place, no camera, no name, no thumbnail is left."""

from io import BytesIO
from typing import Final

from PIL import Image

from avow.collection.matters.cleaned.made import Made, Refused
from avow.mail.pictured.clean import pixels

_FORMATS: Final = ("JPEG", "PNG", "GIF", "WEBP")
_POINTS: Final = 40_000_000
_QUALITY: Final = 90
_MADE: Final = {"JPEG": ("image/jpeg", "jpg"), "PNG": ("image/png", "png"), "WEBP": ("image/webp", "webp")}
_SCAN: Final = 0xDA
_TELLS: Final = frozenset({0xE1, *range(0xE3, 0xEE), 0xEF, 0xFE})
"""The marks of a JPEG that hold words: all applications' but those that say how to read its colours."""
Image.MAX_IMAGE_PIXELS = None  # the size is looked at below, before a point is read


def picture(data: bytes) -> Made:
    """Make a picture anew, turned as its camera said; of one that moves the first view is kept, as PNG."""
    with Image.open(BytesIO(data), formats=_FORMATS) as opened:
        form = opened.format if opened.format in _MADE else "PNG"
        if opened.width * opened.height > _POINTS:
            raise Refused(f"it has more than {_POINTS // 1_000_000} million points")
    bare = pixels(data, _FORMATS, _POINTS)
    bare = bare.convert("RGB") if form == "JPEG" else bare
    out = BytesIO()
    bare.save(out, form, quality=_QUALITY)
    return Made(*_MADE[form], out.getvalue())


def stripped(data: bytes) -> bytes:
    """Take out of a JPEG within a document what its camera wrote, and leave each point as it is; else give it back."""
    if not data.startswith(b"\xff\xd8\xff"):
        return data
    out, at = [data[:2]], 2
    while at + 4 <= len(data) and data[at] == 0xFF and data[at + 1] != _SCAN:  # noqa: PLR2004 -- a mark and its length
        end = at + 2 + int.from_bytes(data[at + 2 : at + 4])
        if data[at + 1] not in _TELLS:
            out.append(data[at:end])
        at = end
    return b"".join([*out, data[at:]])
