"""Speak to somebody in the language of the page on which they last gave us something."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final
from uuid import UUID

from django.db.backends.utils import CursorWrapper
from django.utils.translation import override

from avow.record.declare import keeping
from avow.tongue import LANGUAGES, SOURCE

LAST: Final = """
SELECT n.language FROM item i JOIN stamp s ON s.id = i.stamp_id JOIN notice n ON n.hash = s.notice
WHERE i.person_id = {person} AND s.source LIKE '/%%' ORDER BY i.at DESC, i.id DESC LIMIT 1
"""
"""Pages have a path as their source; a letter says nothing about the language that its writer was shown."""
_SHOWN: Final = "SELECT DISTINCT language FROM notice"


@contextmanager
def speaking(person: UUID) -> Iterator[None]:
    """Say all that is said within in the language that a person was shown last, or in the source's."""
    with override(_language(person)):
        yield


def languages(cursor: CursorWrapper) -> list[str]:
    """Give the languages that anybody may be spoken to in: the source's, and what was ever shown of those we speak."""
    cursor.execute(_SHOWN)
    shown = {row[0] for row in cursor.fetchall()}
    return [tag for tag, _ in LANGUAGES if tag == SOURCE or tag in shown]


def _language(person: UUID) -> str:
    with keeping() as cursor:
        cursor.execute(LAST.format(person="%s"), [person])
        row = cursor.fetchone()
    return row[0] if row else SOURCE
