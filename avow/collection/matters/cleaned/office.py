"""Make an office document anew without the names in it: who wrote it, who changed it, who noted what."""

import re
import zipfile
from io import BytesIO
from typing import Final

from avow.collection.matters.cleaned.made import Made, Refused
from avow.collection.matters.cleaned.picture import picture

_FILES, _BYTES = 2_000, 100_000_000
"""How many files a document may hold, and how many bytes they may have when they are unpacked."""
_OPEN: Final = {
    "application/vnd.oasis.opendocument.text": "odt",
    "application/vnd.oasis.opendocument.spreadsheet": "ods",
    "application/vnd.oasis.opendocument.presentation": "odp",
}
_BOUGHT: Final = (
    ("word/document.xml", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docx"),
    ("xl/workbook.xml", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"),
    ("ppt/presentation.xml", "application/vnd.openxmlformats-officedocument.presentationml.presentation", "pptx"),
)
_EMPTY: Final = {
    "docProps/core.xml": b'<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/'
    b'core-properties"/>',
    "docProps/app.xml": b'<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/'
    b'extended-properties"/>',
    "docProps/custom.xml": b'<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/'
    b'custom-properties"/>',
    "meta.xml": b'<office:document-meta xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
    b' office:version="1.3"/>',
}
"""What takes the place of the parts that tell of a maker."""
_ATTRIBUTES: Final = re.compile(
    rb"""((?:w\d*:)?(?:author|initials|displayName|userId|providerId|lastModifiedBy))\s*=\s*(?:"[^"]*"|'[^']*')"""
)
_WORDS: Final = re.compile(rb"(<(dc:creator|author|meta:initial-creator)(?:\s[^>]*)?>)[^<]*(</\2>)")
_PICTURES: Final = {"jpeg": "jpg", "jpg": "jpg", "png": "png", "gif": "png"}
"""Pictures within, and as what each is made anew; one that is made as another is left empty."""
_WITHIN: Final = frozenset({"docx", "xlsx", "pptx", "odt", "ods", "odp"})
_PROGRAM: Final = re.compile(r"vbaProject|\.bin$|^Basic/|^Scripts/", re.IGNORECASE)


def office(data: bytes) -> Made:
    """Write a document anew; raise Refused where it is none, holds a program, or unpacks to more than it may."""
    with zipfile.ZipFile(BytesIO(data)) as opened:
        parts = opened.infolist()
        names = {one.filename for one in parts}
        if len(parts) > _FILES or sum(one.file_size for one in parts) > _BYTES:
            raise Refused("it unpacks to more than it may")
        if any(one.flag_bits & 1 for one in parts):
            raise Refused("a password keeps it shut")
        if any(_PROGRAM.search(name) for name in names):
            raise Refused("it holds a program")
        kind, suffix = _kind(opened, names)
        out = BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
            for one in parts:
                packed = zipfile.ZIP_STORED if one.filename == "mimetype" else zipfile.ZIP_DEFLATED
                made.writestr(zipfile.ZipInfo(one.filename), _part(one.filename, opened.read(one)), packed)
    return Made(kind, suffix, out.getvalue())


def _kind(opened: zipfile.ZipFile, names: set[str]) -> tuple[str, str]:
    """Tell which kind of document an archive is; an archive of other files is none."""
    said = opened.read("mimetype")[:100].decode("ascii", "replace") if "mimetype" in names else ""
    if said in _OPEN:
        return said, _OPEN[said]
    for name, kind, suffix in _BOUGHT:
        if name in names and "[Content_Types].xml" in names:
            return kind, suffix
    raise Refused("it is an archive: send each file by itself")


def _part(name: str, data: bytes) -> bytes:
    if name in _EMPTY:
        return _EMPTY[name]
    ends = name.lower().rpartition(".")[2]
    if ends in _PICTURES:
        made = picture(data)
        return made.data if made.suffix == _PICTURES[ends] else b""
    if ends in _WITHIN:
        return office(data).data
    if "/media/" in name.lower():
        return b""
    if ends == "xml":
        return _WORDS.sub(rb"\1\3", _ATTRIBUTES.sub(rb'\1=""', data))
    return data
