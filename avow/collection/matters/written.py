"""Give what somebody wrote in a letter as items of what a channel declares: the address, and the words."""

from collections.abc import Iterator
from typing import Final

from avow.mail.inbound.classify import Classified
from avow.policy.document import Category, Policy
from avow.record.known.address import Address
from avow.record.taken.given import LONGEST, LONGEST_TEXT, address_field
from avow.record.taken.store import Given
from avow.terms import ChannelKind, FieldType

UNSAID: Final = "(a letter: not said)"
"""What stands where a form asks for more than a letter says."""
_FREE: Final = frozenset({FieldType.TEXT, FieldType.LONG_TEXT, FieldType.NAME, FieldType.PHONE, FieldType.COUNTRY})


def written(policy: Policy, channel: ChannelKind, found: Classified, address: Address | None) -> Iterator[Given]:
    """Give the address, where there is one to be kept, then the words; the subject stands where a short text does."""
    known = [policy.categories[name] for name in policy.channels[channel].collects]
    for category in known if address else ():
        field = address_field(category)
        if field and address:
            yield Given(category.id, {field: address.display})
    for category in known:
        words = _field(category, FieldType.LONG_TEXT)
        if words:
            short = _field(category, FieldType.TEXT)
            subject = _clean(found.subject, LONGEST) or "(no subject)"
            told = {words: _clean(found.words, LONGEST_TEXT) or "(no words)"}
            if short and (found.subject or _needed(category)):
                told[short] = subject
            yield Given(category.id, dict.fromkeys(_asked(category), UNSAID) | told)


def worded(policy: Policy, channel: ChannelKind) -> str:
    """Give the category of a channel that holds what people write; "" if it takes no words."""
    known = (policy.categories[name] for name in policy.channels[channel].collects)
    return next((one.id for one in known if _field(one, FieldType.LONG_TEXT)), "")


def sayable(policy: Policy, channel: ChannelKind) -> bool:
    """Say whether a channel takes words that come without its form: all that it needs beside them is words, too."""
    found = policy.categories.get(worded(policy, channel))
    said = _FREE | {FieldType.LONG_TEXT, FieldType.ADDRESS}
    return found is not None and all(field.type in said for field in found.fields if field.required)


def _asked(category: Category) -> list[str]:
    """Name what a form would have to say, and a letter does not."""
    return [field.id for field in category.fields if field.required and field.type in _FREE]


def _needed(category: Category) -> bool:
    return any(field.required and field.type is FieldType.TEXT for field in category.fields)


def _field(category: Category, kind: FieldType) -> str:
    return next((field.id for field in category.fields if field.type is kind), "")


def _clean(text: str, most: int) -> str:
    """Take out of a text what no field takes."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(sign if sign.isprintable() or (sign in "\n\t" and most > LONGEST) else " " for sign in text)[
        :most
    ].strip()
