"""Take for one, or for two, again who was merged or parted since."""

from collections.abc import Container, Mapping
from typing import Any
from uuid import UUID

from avow.errors import RecordError
from avow.record.known.link import link, unlink
from avow.terms import Actor


def join(line: Mapping[str, Any], known: Mapping[str, UUID], named: Container[tuple[int, int]]) -> bool:
    """Merge or part the two that a line of the journal names, if both are here; say whether that was news."""
    one, other = known.get(line["one"]), known.get(line["other"])
    if one is None or other is None:
        return False
    try:
        if line["kind"] == "linked":
            link(one, other, Actor.STAFF)
        else:
            unlink(one, other, named)
    except RecordError:
        return False  # they are already what they were
    return True
