"""Show what a version says differently, word by word."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

from avow.policy.document import Policy, Section

_MARK = re.compile(r"\s*\{#[^}]*\}")
_WORDS = re.compile(r"\S+\s*")


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words: "same", "new" or "gone"."""

    how: str
    words: str


@dataclass(frozen=True, slots=True)
class Changed:
    """A section whose words differ."""

    title: str
    pieces: tuple[Piece, ...]


def difference(old: Policy, new: Policy) -> tuple[Changed, ...]:
    """Give the sections that differ, in the new version's order, then those that are gone."""
    before = {section.id: section for section in old.sections}
    after = {section.id: section for section in new.sections}
    pairs: list[tuple[Section | None, Section | None]] = [(before.get(key), section) for key, section in after.items()]
    pairs += [(section, None) for key, section in before.items() if key not in after]
    return tuple(found for was, now in pairs for found in _changed(was, now))


def _changed(was: Section | None, now: Section | None) -> Iterator[Changed]:
    pieces = tuple(_pieces(_words(was), _words(now)))
    named = now or was
    if named and any(piece.how != "same" for piece in pieces):
        yield Changed(named.title, pieces)


def _words(section: Section | None) -> list[str]:
    return _WORDS.findall(_MARK.sub("", section.prose)) if section else []


def _pieces(old: list[str], new: list[str]) -> Iterator[Piece]:
    for tag, i, j, k, m in SequenceMatcher(a=old, b=new, autojunk=False).get_opcodes():
        if tag == "equal":
            yield Piece("same", "".join(old[i:j]))
            continue
        if j > i:
            yield Piece("gone", "".join(old[i:j]))
        if m > k:
            yield Piece("new", "".join(new[k:m]))
