"""Make a picture anew from its pixels alone: what a camera or a program wrote beside them is gone."""

import struct
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
    made = pixels(data, _FORMATS, _PIXELS)
    for size in _SIZES:
        made.thumbnail(size)
        if min(made.size) < LEAST:
            raise MailError(f"the picture is {made.width} by {made.height} pixels", "a picture is there to be seen")
        for kind, written in _written(made):
            if len(written) <= MOST:
                return Clean(f"image/{kind}", written, *made.size)
    raise MailError(
        f"the picture stays larger than {MOST:,} bytes, and each copy carries it", "make it smaller, or link to it"
    )


def pixels(data: bytes, formats: tuple[str, ...], most: int) -> Image.Image:
    """Give the pixels of a picture of some formats, upright, and nothing that stood beside them.

    Raises MailError for what cannot be read, or has more than `most` pixels.
    """
    try:
        with Image.open(BytesIO(data), formats=formats) as found:
            if found.width * found.height > most:
                raise MailError(f"the picture has more than {most:,} pixels", "make it smaller")
            found.load()
            upright = ImageOps.exif_transpose(found)
        mode = "RGBA" if upright.has_transparency_data else "RGB"
        plain = upright.convert(mode)
        return Image.frombytes(mode, plain.size, plain.tobytes())
    except (OSError, ValueError, SyntaxError, EOFError, struct.error, Image.DecompressionBombError) as error:
        raise MailError("this is no picture that can be read", f"give one of {', '.join(formats)}") from error


def _written(made: Image.Image) -> Iterator[tuple[str, bytes]]:
    """Write it without loss, then as a photograph, smaller each time; what one sees through has no such way."""
    yield "png", _saved(made, "PNG", optimize=True)
    for quality in _QUALITIES if made.mode == "RGB" else ():
        yield "jpeg", _saved(made, "JPEG", quality=quality, optimize=True)


def _saved(made: Image.Image, kind: str, **how: int) -> bytes:
    out = BytesIO()
    made.save(out, kind, **how)
    return out.getvalue()
