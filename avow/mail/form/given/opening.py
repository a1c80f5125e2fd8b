"""Read what stands above the text of a message: its subject, whom it is for, as whom it goes out."""

import re
from dataclasses import dataclass
from typing import Final

from avow.errors import MailError

_SUBJECT: Final = "# "
_LINE: Final = re.compile(r"(Segment|From|Reply-To):[ \t]*(.*?)[ \t]*", re.IGNORECASE)
_ONCE: Final = ("from", "reply-to")


@dataclass(frozen=True, slots=True)
class Opening:
    """A message in its parts: subject, lines of a segment, sender and mailbox for answers ("" for the usual), text."""

    subject: str
    body: str
    segment: tuple[str, ...] = ()
    sender: str = ""
    answers: str = ""

    @property
    def words(self) -> str:
        """Write the message as it is kept; read again it is the same."""
        lines = [f"{_SUBJECT}{self.subject}", *(f"Segment: {line}" for line in self.segment)]
        lines += [f"From: {self.sender}"] if self.sender else []
        lines += [f"Reply-To: {self.answers}"] if self.answers else []
        return f"{chr(10).join(lines)}\n\n{self.body}\n"


def opening(words: str) -> Opening:
    """Part a message: `# Subject`, directly below it lines of `Segment:`, `From:`, `Reply-To:` if any, then its text.

    Raises MailError for a subject that is missing, or a sender that is named twice.
    """
    first, _, rest = words.strip().partition("\n")
    if not first.startswith(_SUBJECT):
        raise MailError("the message has no subject or no text", "begin with a line `# Subject`, then write the text")
    told: dict[str, list[str]] = {"segment": [], "from": [], "reply-to": []}
    while found := _LINE.fullmatch(rest.partition("\n")[0]):
        told[found[1].lower()].append(found[2])
        rest = rest.partition("\n")[2]
    for name in _ONCE:
        if len(told[name]) > 1:
            raise MailError(f"the message names {name.title()} {len(told[name])} times", "name one")
    sender, answers = ("".join(told[name]) for name in _ONCE)
    segment = tuple(line for line in told["segment"] if line)
    return Opening(first[len(_SUBJECT) :].strip(), rest.strip(), segment, sender, answers)
