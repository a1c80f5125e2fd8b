"""Make a picture anew from its pixels alone: what a camera or a program wrote beside them is gone."""

from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Final

from PIL import Image, ImageOps

from avow.errors import MailError

MOST: Final = 150_000
"""Bytes of a picture as it is sent; each copy of a message carries it."""
LEAST: Final = 16
"""Pixels of the shorter side at least: what nobody can see is there for something else."""
_SIZES: Final = ((1200, 2400), (800, 1600))
"""Pixels that a picture is made smaller to, until it can be sent."""
_PIXELS: Final = 24_000_000
"""Pixels that are read; a file may claim more than any memory has."""
_FORMATS: Final = ("PNG", "JPEG")
_QUALITIES: Final = (85, 75, 65)


@dataclass(frozen=True, slots=True)
class Clean:
    """A picture as it is sent: its type, its bytes, its width and height in pixels."""

    type: str
    data: bytes
    width: int
    height: int


def clean(data: bytes) -> Clean:
    """Read a PNG or JPEG and write it anew, upright, not wider than needed, without anything but its pixels.

    Raises MailError for what is no such picture, is too small to be seen, or stays too large to be sent.
    """
    pixels = _pixels(data)
    for size in _SIZES:
        pixels.thumbnail(size)
        if min(pixels.size) < LEAST:
            raise MailError(f"the picture is {pixels.width} by {pixels.height} pixels", "a picture is there to be seen")
        for kind, written in _written(pixels):
            if len(written) <= MOST:
                return Clean(f"image/{kind}", written, *pixels.size)
    raise MailError(
        f"the picture stays larger than {MOST:,} bytes, and each copy carries it", "make it smaller, or link to it"
    )


def _pixels(data: bytes) -> Image.Image:
    try:
        with Image.open(BytesIO(data), formats=_FORMATS) as found:
            if found.width * found.height > _PIXELS:
                raise MailError(f"the picture has more than {_PIXELS:,} pixels", "make it smaller")
            found.load()
            upright = ImageOps.exif_transpose(found)
    except (OSError, ValueError, SyntaxError, EOFError, Image.DecompressionBombError) as error:
        raise MailError("this is no picture that can be read", "give a PNG or a JPEG") from error
    mode = "RGBA" if upright.has_transparency_data else "RGB"
    plain = upright.convert(mode)
    return Image.frombytes(mode, plain.size, plain.tobytes())


def _written(pixels: Image.Image) -> Iterator[tuple[str, bytes]]:
    """Write it without loss, then as a photograph, smaller each time; what one sees through has no such way."""
    yield "png", _saved(pixels, "PNG", optimize=True)
    for quality in _QUALITIES if pixels.mode == "RGB" else ():
        yield "jpeg", _saved(pixels, "JPEG", quality=quality, optimize=True)


def _saved(pixels: Image.Image, kind: str, **how: int) -> bytes:
    out = BytesIO()
    pixels.save(out, kind, **how)
    return out.getvalue()
