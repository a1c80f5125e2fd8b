"""Find marks: in a text, in the head and body of an answer, in a document, in whatever is stored."""

import re
from io import BytesIO

import pikepdf
from django.http.response import HttpResponseBase

MARK = re.compile(r"mark-(\d+)-([a-z]+)-")
"""A mark: whose, and of which category."""
MARKUP = '"><s>'
"""What is typed behind each mark: no page may show it but as the text that it is."""
Seen = dict[tuple[int, str], str]
"""Marks, by whose and of which category, with a place where each was seen."""


def found(text: str, where: str = "") -> Seen:
    """Give the marks in a text."""
    return {(int(who), category): where for who, category in MARK.findall(text)}


def marks(answer: HttpResponseBase, where: str = "") -> Seen:
    """Give the marks in the head and the body of an answer."""
    body = getattr(answer, "content", b"") or b"".join(getattr(answer, "streaming_content", ()))
    return found(f"{answer.headers}\n{legible(body)}", where)


def legible(data: bytes) -> str:
    """Give what can be read in some bytes: of a document its pages and all that tells of its maker."""
    if not data.startswith(b"%PDF"):
        return data.decode("utf-8", "replace")
    with pikepdf.open(BytesIO(data)) as whole:
        pages = [page.Contents.read_bytes().decode("latin-1") for page in whole.pages]
        streams = [one.read_bytes().decode("latin-1") for one in whole.objects if isinstance(one, pikepdf.Stream)]
        return "\n".join([*pages, *streams, str(whole.trailer.get("/Info", ""))])


def document(words: str, maker: str) -> bytes:
    """Make a document of one page, and name its maker."""
    out = BytesIO()
    with pikepdf.new() as whole:
        whole.add_blank_page()
        whole.pages[0].Contents = whole.make_stream(b"BT /F1 12 Tf 72 720 Td (%b) Tj ET" % words.encode())
        whole.docinfo["/Author"] = maker
        with whole.open_metadata() as told:
            told["dc:creator"] = [maker]
        whole.save(out)
    return out.getvalue()


def categories(seen: Seen, *, but: int | None = None) -> set[str]:
    """Give of which categories there are marks, but for somebody's own."""
    return {category for who, category in seen if who != but}


def beyond(seen: Seen, may: set[str], own: int | None = None) -> Seen:
    """Give the marks that are of no category that may be seen, and not of who looks."""
    return {one: where for one, where in seen.items() if one[1] not in may and one[0] != own}
