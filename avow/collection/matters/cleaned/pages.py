"""Make a PDF anew without what it tells of its maker, and without what it would do by itself."""

from io import BytesIO
from typing import Final

import pikepdf

from avow.collection.matters.cleaned.made import Made, Refused
from avow.collection.matters.cleaned.picture import stripped

_EVERYWHERE: Final = ("/Metadata", "/PieceInfo", "/LastModified", "/AA", "/JS", "/OpenAction")
_NOTES: Final = ("/T", "/M", "/CreationDate", "/NM")
_NAMES: Final = ("/JavaScript", "/EmbeddedFiles")


def pages(data: bytes) -> Made:
    """Write a PDF anew; raise Refused where a password keeps it shut."""
    try:
        opened = pikepdf.open(BytesIO(data))
    except pikepdf.PasswordError as error:
        raise Refused("a password keeps it shut") from error
    with opened as pdf:
        if "/Info" in pdf.trailer:
            del pdf.trailer["/Info"]
        _without(pdf.Root.get("/Names"), _NAMES)
        _without(pdf.Root, ("/AF", "/Collection"))
        for one in pdf.objects:
            if isinstance(one, pikepdf.Dictionary | pikepdf.Stream):
                _object(one)
        out = BytesIO()
        pdf.save(out, static_id=True)
    return Made("application/pdf", "pdf", out.getvalue())


def _object(one: pikepdf.Object) -> None:
    _without(one, _EVERYWHERE)
    if "/Rect" in one:
        _without(one, _NOTES)
    if isinstance(one, pikepdf.Stream) and one.get("/Filter") == pikepdf.Name.DCTDecode:
        one.write(stripped(one.read_raw_bytes()), filter=pikepdf.Name.DCTDecode)


def _without(one: pikepdf.Object | None, names: tuple[str, ...]) -> None:
    if isinstance(one, pikepdf.Dictionary | pikepdf.Stream):
        for name in names:
            if name in one:
                del one[name]
