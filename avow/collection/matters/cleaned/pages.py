"""Make a PDF anew without what it tells of its maker, what it carries along, and what it would do by itself."""

from collections.abc import Iterator
from io import BytesIO
from typing import Final

import pikepdf

from avow.collection.matters.cleaned.made import Made, Refused
from avow.collection.matters.cleaned.picture import stripped

_EVERYWHERE: Final = ("/Metadata", "/PieceInfo", "/LastModified", "/AA", "/JS", "/OpenAction", "/AF", "/EF", "/RF")
"""What tells of a maker, acts by itself, or carries a file, wherever it stands."""
_NOTES: Final = ("/T", "/M", "/CreationDate", "/NM")
_NAMES: Final = ("/JavaScript", "/EmbeddedFiles", "/Renditions")
_FORM: Final = ("/XFA",)
_ACTIONS: Final = ("/A", "/PA")
_HARMLESS: Final = frozenset({"/GoTo", "/URI", "/Named"})
"""What a link may do: lead to a place, here or on the web; no script, no file, no program, no form that is sent."""
_CARRYING: Final = frozenset({"/FileAttachment", "/RichMedia", "/Movie", "/Sound", "/Screen", "/3D"})
"""Kinds of annotation that are nothing but what they carry, or play."""

_Dictionary = pikepdf.Dictionary | pikepdf.Stream


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
        _without(pdf.Root.get("/AcroForm"), _FORM)
        _without(pdf.Root, ("/Collection",))
        for whole in pdf.objects:
            for one in _within(whole):
                _object(one)
        out = BytesIO()
        pdf.save(out, static_id=True)
    return Made("application/pdf", "pdf", out.getvalue())


def _within(whole: pikepdf.Object) -> Iterator[pikepdf.Object]:
    """Give the dictionaries that an object is, or that stand in it without a number of their own, however deep.

    Each is cleaned before what stands in it is looked for; what was taken out is not looked into.
    """
    waiting = [whole]
    while waiting:
        one = waiting.pop()
        if isinstance(one, _Dictionary):
            yield one
            inner = [value for _, value in one.items()]
        elif isinstance(one, pikepdf.Array):
            inner = list(one)
        else:
            continue
        waiting += [each for each in inner if not getattr(each, "is_indirect", True)]  # a number is no object


def _object(one: pikepdf.Object) -> None:
    _without(one, _EVERYWHERE)
    if "/Rect" in one:
        _without(one, _NOTES)
    for name in _ACTIONS:
        if _acts(one.get(name)):
            del one[name]
    if str(one.get("/S", "")) in _HARMLESS:
        _without(one, ("/Next",))
    if isinstance(one.get("/Annots"), pikepdf.Array):
        kept = [each for each in one.Annots if not _carries(each)]
        if len(kept) < len(one.Annots):
            one.Annots = pikepdf.Array(kept)
    if isinstance(one, pikepdf.Stream):
        _picture(one)


def _picture(one: pikepdf.Stream) -> None:
    """Strip what is a JPEG, also one that is packed once more; what says how to read its colours stays."""
    packed, told = _each(one.get("/Filter")), _each(one.get("/DecodeParms"))
    if not packed or packed[-1] != pikepdf.Name.DCTDecode:
        return
    if packed[:-1]:
        outer = pikepdf.Array(packed[:-1])
        one.write(one.read_raw_bytes(), filter=outer, decode_parms=pikepdf.Array(told[:-1]) if told else None)
    data = one.read_bytes() if packed[:-1] else one.read_raw_bytes()
    last = told[-1] if len(told) == len(packed) and isinstance(told[-1], pikepdf.Dictionary) else None
    one.write(stripped(data), filter=pikepdf.Name.DCTDecode, decode_parms=last)


def _each(one: pikepdf.Object | None) -> list[pikepdf.Object]:
    """Give what stands alone, or each of several."""
    return list(one) if isinstance(one, pikepdf.Array) else [] if one is None else [one]


def _acts(action: pikepdf.Object | None) -> bool:
    """Say whether an action does more than lead somewhere; what has no kind of action is an attribute, and none."""
    return isinstance(action, pikepdf.Dictionary) and "/S" in action and str(action.S) not in _HARMLESS


def _carries(annotation: pikepdf.Object) -> bool:
    return isinstance(annotation, pikepdf.Dictionary) and str(annotation.get("/Subtype", "")) in _CARRYING


def _without(one: pikepdf.Object | None, names: tuple[str, ...]) -> None:
    if isinstance(one, _Dictionary):
        for name in names:
            if name in one:
                del one[name]
