"""Make pictures anew: nothing but pixels is left of a file, and what is no picture to be seen is refused."""

import struct
import zlib
from io import BytesIO

import pytest
from PIL import Image

from avow.errors import MailError
from avow.mail.pictured.clean import MOST, clean

SECRET = b"taken by Ada at 54.3233, 10.1228"


def photo(kind: str, size: tuple[int, int] = (80, 40), comment: bytes = b"") -> bytes:
    """Take a picture whose left half is red, with words of whoever took it wherever a file has room for them."""
    made = Image.new("RGB", size, "blue")
    made.paste("red", (0, 0, size[0] // 2, size[1]))
    exif = Image.Exif()
    exif[0x0112], exif[0x010E] = 6, SECRET.decode()
    out = BytesIO()
    made.save(out, kind, exif=exif, icc_profile=SECRET, comment=comment)
    return out.getvalue()


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_nothing_but_pixels_is_left(kind: str) -> None:
    """No place, name, colour profile or comment; what is behind the picture is gone; it stands upright."""
    given = photo(kind, comment=SECRET) + b"<script>" + SECRET
    assert given.count(SECRET) >= 2
    made = clean(given)
    assert SECRET not in made.data
    assert b"<script>" not in made.data
    with Image.open(BytesIO(made.data)) as found:
        assert not found.getexif()
        assert found.info.keys() <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
        assert (found.width, found.height) == (made.width, made.height) == (40, 80), "turned as the camera was"
        top = found.convert("RGB").getpixel((20, 10))
    assert isinstance(top, tuple)
    assert top[0] > 200
    assert clean(given) == made, "the same picture has the same name"


def test_it_is_no_larger_than_it_must() -> None:
    """A wide one is made narrower; a photograph is written as one; one that stays too large is refused."""
    out = BytesIO()
    Image.effect_noise((350, 105), 90).resize((1400, 420)).convert("RGB").save(out, "PNG", compress_level=1)
    made = clean(out.getvalue())
    assert (made.width, made.height, made.type) == (1200, 360, "image/jpeg")
    assert len(made.data) <= MOST
    seen = Image.merge("RGBA", [Image.effect_noise((250, 250), 90) for _ in "RGBA"])
    out = BytesIO()
    seen.save(out, "PNG", compress_level=1)
    with pytest.raises(MailError, match="stays larger"):
        clean(out.getvalue())


def _bomb(width: int, height: int) -> bytes:
    """Claim many pixels in a few bytes."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack("!I", len(data)) + kind + data + struct.pack("!I", zlib.crc32(kind + data))

    head = struct.pack("!IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 99)) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (photo("PNG", (1, 1)), "is there to be seen"),
        (photo("PNG", (900, 3)), "is there to be seen"),
        (_bomb(7000, 7000), "24,000,000 pixels"),
        (_bomb(60_000, 60_000), "pixels|no picture"),
        (_bomb(100, 100), "no picture"),
        (photo("JPEG")[:300], "no picture"),
        (b"GIF89a\x01\x00\x01\x00\x00\x00\x00;", "no picture"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "no picture"),
        (b"\x89PNG\r\n\x1a\n", "no picture"),
        (b"", "no picture"),
    ],
)
def test_what_is_no_picture_to_be_seen_is_refused(data: bytes, said: str) -> None:
    """A pixel, a bomb, half a file, a drawing that runs, nothing."""
    with pytest.raises(MailError, match=said):
        clean(data)
