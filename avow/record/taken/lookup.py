"""Hash what staff may look an item up by: keyed, so that the store alone tells nothing of it."""

import hashlib
import hmac
import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from avow.policy.document import Category
from avow.store.keys import key

MOST: Final = 12
"""Words of one value that are hashed."""
_WORD: Final = re.compile(r"[^\W_]+")


def lookup_fields(category: Category) -> tuple[str, ...]:
    """Give the fields of a category that the policy lets staff look people up by."""
    return tuple(field.id for field in category.fields if field.lookup)


def lookup(named: tuple[str, ...], fields: Mapping[str, str]) -> list[int] | None:
    """Give the hashes (64 bits, signed) of the values of the fields named, each whole and by its words; None if none.

    Letter case, width and signs between words do not matter.
    """
    found = {number for name in named if name in fields for number in _numbers(fields[name])}
    return sorted(found) or None


def sought(text: str) -> tuple[list[int], list[int]]:
    """Give what an item must hold that is looked for by a text: every word, or the whole of it without its gaps."""
    words = _words(text)
    return [_hash(word) for word in words], [_hash("".join(words))] if words else []


def array(hashes: list[int] | None) -> str | None:
    """Write hashes as PostgreSQL reads an array."""
    return f"{{{','.join(map(str, hashes))}}}" if hashes else None


@lru_cache(maxsize=1 << 14)
def _numbers(value: str) -> tuple[int, ...]:
    words = _words(value)
    return tuple(_hash(word) for word in {*words, "".join(words)} if word)


def _words(text: str) -> list[str]:
    return _WORD.findall(unicodedata.normalize("NFKC", text).casefold())[:MOST]


def _hash(word: str) -> int:
    return int.from_bytes(hmac.digest(key("reach"), b"lookup\0" + word.encode(), hashlib.sha256)[:8], signed=True)
