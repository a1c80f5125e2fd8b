"""Test that a PDF is left with nothing that acts, tells of its maker or is carried along, however it stands in it."""

from collections.abc import Callable
from io import BytesIO

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, Pdf, String

from avow.collection.matters.cleaned.pages import pages
from tests.promises.writing import CANARY, photograph, unpacked

MARK = "Alicemark"
SCRIPT = Dictionary(S=Name.JavaScript, JS=String(MARK))
BOX = [0, 0, 9, 9]


def _file(pdf: Pdf) -> pikepdf.Object:
    stream = pdf.make_stream(MARK.encode())
    return Dictionary(Type=Name.Filespec, F=String("a.txt"), EF=Dictionary(F=stream))


def _note(pdf: Pdf, **more: object) -> None:
    """Put an annotation on the page, without a number of its own."""
    pdf.pages[0].Annots = Array([Dictionary({"/Type": Name.Annot, "/Rect": Array(BOX), **more})])


def _note_direct(pdf: Pdf) -> None:
    _note(pdf, **{"/Subtype": Name.Text, "/T": String(MARK), "/Contents": String("see here")})


def _link_script(pdf: Pdf) -> None:
    _note(pdf, **{"/Subtype": Name.Link, "/A": SCRIPT})


def _link_next(pdf: Pdf) -> None:
    _note(pdf, **{"/Subtype": Name.Link, "/A": Dictionary(S=Name.GoTo, D=String("x"), Next=Array([SCRIPT]))})


def _link_launch(pdf: Pdf) -> None:
    _note(pdf, **{"/Subtype": Name.Link, "/A": Dictionary(S=Name.Launch, F=String(MARK))})


def _attached(pdf: Pdf) -> None:
    _note(pdf, **{"/Subtype": Name.FileAttachment, "/FS": _file(pdf)})


def _played(pdf: Pdf) -> None:
    _note(pdf, **{"/Subtype": Name.Screen, "/A": Dictionary(S=Name.Rendition, JS=String(MARK))})


def _opened(pdf: Pdf) -> None:
    pdf.Root.OpenAction = SCRIPT


def _page_acts(pdf: Pdf) -> None:
    pdf.pages[0].AA = Dictionary(O=SCRIPT)


def _field_acts(pdf: Pdf) -> None:
    kid = pdf.make_indirect(Dictionary(FT=Name.Tx, T=String("total"), AA=Dictionary(C=SCRIPT), A=SCRIPT))
    whole = pdf.make_indirect(Dictionary(T=String("sum"), Kids=Array([kid])))
    kid.Parent = whole
    pdf.Root.AcroForm = Dictionary(Fields=Array([whole]))


def _form_xml(pdf: Pdf) -> None:
    pdf.Root.AcroForm = Dictionary(Fields=Array(), XFA=pdf.make_stream(MARK.encode()))


def _named(pdf: Pdf) -> None:
    tree = Dictionary(Names=Array([String("a"), SCRIPT]))
    pdf.Root.Names = Dictionary(JavaScript=tree, EmbeddedFiles=Dictionary(Names=Array([String("a"), _file(pdf)])))


def _of_page(pdf: Pdf) -> None:
    pdf.pages[0].AF = Array([_file(pdf)])


def _outline(pdf: Pdf) -> None:
    entry = pdf.make_indirect(Dictionary(Title=String("One"), A=SCRIPT))
    pdf.Root.Outlines = Dictionary(First=entry, Last=entry, Count=1)


KINDS: tuple[Callable[[Pdf], None], ...] = (
    _note_direct,
    _link_script,
    _link_next,
    _link_launch,
    _attached,
    _played,
    _opened,
    _page_acts,
    _field_acts,
    _form_xml,
    _named,
    _of_page,
    _outline,
)


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_hidden_is_left_in_a_pdf(kind: Callable[[Pdf], None]) -> None:
    """Whatever acts by itself, names its maker or carries a file is gone, and what is left opens as before."""
    out = BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        kind(pdf)
        pdf.save(out)
    assert any(MARK.encode() in one for one in _streams(out.getvalue())), "there is something to be taken out"
    made = pages(out.getvalue())
    assert not any(MARK.encode() in one for one in _streams(made.data))
    with pikepdf.open(BytesIO(made.data)) as opened:
        assert len(opened.pages) == 1
        assert not opened.check_pdf_syntax()


def test_what_a_link_leads_to_stays() -> None:
    """A link to a page on the web, and a note's words, are what its maker wanted to be read."""
    out = BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        _note(pdf, **{"/Subtype": Name.Link, "/A": Dictionary(S=Name.URI, URI=String("https://example.org/"))})
        pdf.save(out)
    with pikepdf.open(BytesIO(pages(out.getvalue()).data)) as opened:
        assert str(opened.pages[0].Annots[0].A.URI) == "https://example.org/"


@pytest.mark.parametrize("packed", ["", "alone", "hex"])
def test_a_photograph_in_a_pdf_does_not_say_who_took_it(packed: str) -> None:
    """However its bytes are packed; its points stay, and what says how to read them."""
    out, hexed = BytesIO(), photograph().hex().encode() + b">"
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        photo = pdf.make_stream(hexed if packed == "hex" else photograph())
        photo.Subtype, photo.Width, photo.Height, photo.BitsPerComponent = Name.Image, 40, 30, 8
        photo.ColorSpace, photo.Filter, photo.DecodeParms = Name.DeviceRGB, Name.DCTDecode, Dictionary(ColorTransform=1)
        if packed:
            before = [Name.ASCIIHexDecode] if packed == "hex" else []
            photo.Filter = Array([*before, Name.DCTDecode])
            photo.DecodeParms = Array([*(None for _ in before), Dictionary(ColorTransform=1)])
        pdf.pages[0].Resources = Dictionary(XObject=Dictionary(Photo=photo))
        pdf.save(out)
    with pikepdf.open(BytesIO(pages(out.getvalue()).data)) as opened:
        left = opened.pages[0].Resources.XObject.Photo
        data = left.read_raw_bytes()
        assert data.startswith(b"\xff\xd8\xff")
        assert CANARY.encode() not in data
        assert left.DecodeParms.ColorTransform == 1
        assert isinstance(left, pikepdf.Stream)
        assert pikepdf.PdfImage(left).as_pil_image().size == (40, 30)


def _streams(data: bytes) -> list[bytes]:
    """Give a file, its objects as they are written out, and its streams unpacked."""
    with pikepdf.open(BytesIO(data)) as pdf:
        written = [one.unparse(resolved=True) for one in pdf.objects if not isinstance(one, pikepdf.Stream)]
    return [*unpacked(data), *written]
