"""Find whom a use reaches in a segment, page by page, and count beforehand whom each line leaves out."""

from collections import Counter
from collections.abc import Iterator
from uuid import UUID

from avow.decision.request import Request
from avow.gate.audience import audience, members
from avow.gate.paged.page import Page
from avow.gate.picked.segment import Segment
from avow.gate.picked.sift import Sifted, sift


def reached(request: Request, list_id: str | None, segment: Segment) -> Iterator[Page]:
    """Give whom a use reaches in a segment, as `audience` gives everybody; without a line it is the same."""
    if not segment:
        yield from audience(request, list_id)
        return
    for page in members(request, list_id):
        kept = {person.bytes for person in _sifted(request, segment, page).kept}
        if kept:
            yield page.only(person in kept for person in page.persons).once()


def outside(request: Request, list_id: str | None, segment: Segment) -> Sifted:
    """Say who is in a segment of those whom a use reaches, and how many each line leaves out of them."""
    kept, left = set[UUID](), Counter({line.words: 0 for line in segment.lines})
    for page in members(request, list_id):
        found = _sifted(request, segment, page)
        kept |= found.kept
        left.update(found.left)
    return Sifted(frozenset(kept), left)


def _sifted(request: Request, segment: Segment, page: Page) -> Sifted:
    return sift(request, segment, [UUID(bytes=person) for person in page.persons])
