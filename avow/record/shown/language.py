"""Speak to somebody in the language of the page on which they last gave us something."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from django.utils.translation import override

from avow.record.declare import keeping
from avow.tongue import SOURCE

_LAST = """
SELECT n.language FROM item i JOIN stamp s ON s.id = i.stamp_id JOIN notice n ON n.hash = s.notice
WHERE i.person_id = %s AND s.source LIKE '/%%' ORDER BY i.at DESC, i.id DESC LIMIT 1
"""
"""Pages have a path as their source; a letter says nothing about the language that its writer was shown."""


@contextmanager
def speaking(person: UUID) -> Iterator[None]:
    """Say all that is said within in the language that a person was shown last, or in the source's."""
    with override(_language(person)):
        yield


def _language(person: UUID) -> str:
    with keeping() as cursor:
        cursor.execute(_LAST, [person])
        row = cursor.fetchone()
    return row[0] if row else SOURCE
