"""Lay a message to a list out once, as bytes with holes, so that each recipient's copy is a join."""

import re
import secrets
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from avow.mail.form.form import Form
from avow.mail.form.letterhead import Letterhead
from avow.mail.form.text import Hole, Text, escaped
from avow.mail.form.written.whole import LONGEST_LINE, whole
from avow.mail.links import links_of

_ROOM: Final = 250
"""Octets that are left free in a line for each hole; who needs more gets a copy that is written out anew."""
_OURS: Final = ("to", "date", "id", "token", "subject")
"""What every copy has of its own, beside a person's values."""
_ID: Final = "{}0000000000000000"
"""The mark of an id has as many digits as an id."""


@dataclass(frozen=True, slots=True)
class Slot:
    """A hole: the piece that it is, the value that it takes, what stands for none, and whether it is in HTML."""

    name: str
    otherwise: str = ""
    rich: bool = False
    index: int = 0


@dataclass(frozen=True, slots=True)
class Layout:
    """The bytes of a message in pieces, some of which are holes; `eight_bit` says whether they need eight bits."""

    pieces: tuple[bytes, ...]
    ours: tuple[tuple[int, str], ...]
    slots: tuple[Slot, ...]
    eight_bit: bool

    def fill(self, ours: Mapping[str, bytes], values: Mapping[str, str]) -> bytes | None:
        """Join the pieces with what is ours and with a person's values, single lines each; None if one is too long."""
        out = list(self.pieces)
        for index, name in self.ours:
            out[index] = ours[name]
        for slot in self.slots:
            value = values.get(slot.name) or slot.otherwise
            word = (escaped(value) if slot.rich and not value.isalnum() else value).encode()
            if len(word) > _ROOM:
                return None
            out[slot.index] = word
        return b"".join(out)


@dataclass(frozen=True, slots=True)
class Laid:
    """A message to a list for one sender and one mail server: its layouts for values in ASCII and for any others.

    A layout is None where a copy has to be written out anew.
    """

    form: Form
    head: Letterhead
    eight_bit: bool
    plain: Layout | None
    wide: Layout | None

    def layout(self, values: Mapping[str, str]) -> Layout | None:
        """Give the layout for a person's values."""
        return self.plain if all(map(str.isascii, values.values())) else self.wide


def lay(form: Form, head: Letterhead, *, eight_bit: bool) -> Laid:
    """Lay out a message; `eight_bit` says whether the mail server takes eight bits."""
    if form.list is None or form.html is None:
        return Laid(form, head, eight_bit, None, None)
    wide = _layout(form, head, "é", eight_bit=True) if eight_bit else None
    return Laid(form, head, eight_bit, _layout(form, head, "", eight_bit=eight_bit), wide)


@dataclass(slots=True)
class _Marks:
    """Marks that stand where a value will: a secret that no text holds, and a number; `sign` stands on either side."""

    sign: str
    secret: str = field(default_factory=lambda: secrets.token_hex(6))
    slots: list[Slot] = field(default_factory=list)

    def ours(self, name: str) -> str:
        """Give the mark of what is ours."""
        return f"{self.secret}{_OURS.index(name):04d}"

    def text(self, source: Text, fixed: Mapping[str, str], *, rich: bool) -> Text:
        """Give a text with a mark in each hole, save where everybody's value is the same."""
        return Text(tuple(self._part(part, fixed, rich=rich) for part in source.parts))

    def _part(self, part: str | Hole, fixed: Mapping[str, str], *, rich: bool) -> str:
        if isinstance(part, str):
            return part
        if known := fixed.get(part.name):
            return escaped(known) if rich else known
        self.slots.append(Slot(part.name, part.otherwise, rich))
        return f"{self.sign}{self.secret}{len(_OURS) + len(self.slots) - 1:04d}{self.sign}"

    def cut(self, data: bytes, *, eight_bit: bool) -> Layout | None:
        """Cut at the marks; None where one was bent, or a line has no room for its values."""
        sign, secret = self.sign.encode(), self.secret.encode()
        pieces = re.split(rb"(?:%b)?%b([0-9]{4})(?:0{16})?(?:%b)?" % (sign, secret, sign), data)
        numbers = Counter(int(number) for number in pieces[1::2])
        told = range(len(_OURS), len(_OURS) + len(self.slots))
        long = any(len(line) + _ROOM * line.count(secret) > LONGEST_LINE for line in data.split(b"\r\n"))
        if long or any(numbers[number] != 1 for number in told) or secret in b"".join(pieces[::2]):
            return None
        places = [(index, int(number)) for index, number in enumerate(pieces) if index % 2]
        ours = tuple((index, _OURS[number]) for index, number in places if number < len(_OURS))
        slots = tuple(
            replace(self.slots[number - len(_OURS)], index=index) for index, number in places if number >= len(_OURS)
        )
        return Layout(tuple(pieces), ours, slots, eight_bit)


def _layout(form: Form, head: Letterhead, sign: str, *, eight_bit: bool) -> Layout | None:
    """Write the message to somebody who is made of marks, and cut it there."""
    marks = _Marks(sign)
    ways = links_of(marks.ours("token"), head.mailbox)
    fixed = {"company": head.company, "postal": head.postal, "mailbox": head.mailbox, "choices": ways.choices}
    drawn = replace(
        form,
        subject=Text((marks.ours("subject"),)) if form.subject.holes else form.subject,
        text=marks.text(form.text, fixed, rich=False),
        html=marks.text(form.html or Text(()), fixed, rich=True),
    )
    name = f"<{_ID.format(marks.ours('id'))}@{head.host}>"
    data, raw = whole(drawn, head, {}, (marks.ours("to"), marks.ours("date"), name), ways, None, eight_bit=eight_bit)
    return marks.cut(data, eight_bit=raw)
