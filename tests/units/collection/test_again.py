"""Test which channels take a reply by itself."""

from dataclasses import replace

import pytest

from avow.collection.matters.again import takes
from avow.policy.document import Policy
from avow.terms import ChannelKind, FieldType
from tests.units.policy.example import example


def beside(kind: FieldType) -> Policy:
    """Give a policy whose inquiries need a field of this type beside the words."""
    now = example()
    asked = now.categories["inquiry"]
    fields = (replace(one, type=kind) if one.type is FieldType.TEXT else one for one in asked.fields)
    return replace(now, categories={**now.categories, "inquiry": replace(asked, fields=tuple(fields))})


@pytest.mark.parametrize("kind", [FieldType.NAME, FieldType.PHONE, FieldType.COUNTRY, FieldType.ADDRESS])
def test_a_reply_says_nothing_where_no_words_belong(kind: FieldType) -> None:
    """Beside the words stands a short text, and never a name, a number, a country or an address that nobody gave."""
    assert takes(beside(FieldType.TEXT), ChannelKind.INQUIRY)
    assert not takes(beside(kind), ChannelKind.INQUIRY)
