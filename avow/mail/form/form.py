"""Compile a message for one use: every recipient's copy is filled from it."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from avow.decision.request import Request
from avow.errors import GateError, MailError
from avow.gate.picked.segment import EVERYBODY, Segment, segment
from avow.mail.form.given.opening import opening
from avow.mail.form.limits import legible
from avow.mail.form.markup import markup, parts
from avow.mail.form.plain import plain
from avow.mail.form.text import Text, markdown, text
from avow.mail.pictured.carried import Picture
from avow.mail.pictured.picture import pictures
from avow.policy.document import Policy, Purpose
from avow.terms import FieldType, MessageKind

_TEMPLATES = Path(__file__).parent.parent / "templates" / "mail"
OURS = frozenset(
    {"company", "postal", "mailbox", "choices", "source.date", "source.channel", "source.version", "added"}
)
"""Fields that every message knows, beside those of the purpose's categories."""


@dataclass(frozen=True, slots=True)
class Form:
    """A compiled message: its use, where its address stands (category, field), its texts, its list.

    `list` is None for a single message; `html` is None where plain text is enough. One to a list may be for a segment
    of it, go out as another `sender` than the policy's, and ask for `answers` elsewhere ("" for the usual). `pictures`
    go along with its HTML.
    """

    request: Request
    kind: MessageKind
    address: tuple[str, str]
    subject: Text
    text: Text
    html: Text | None = None
    list: str | None = None
    segment: Segment = EVERYBODY
    sender: str = ""
    answers: str = ""
    pictures: tuple[Picture, ...] = ()


def single(policy: Policy, kind: MessageKind, words: str) -> Form:
    """Compile templates/mail/<words>.txt for the purpose that the policy gives this kind of message."""
    subject, body = _template(words)
    purpose = purpose_of(policy, kind)
    category, field = address_of(policy, purpose)
    return Form(Request(purpose.id, frozenset({category})), kind, (category, field), text(subject), text(body))


def worded(words: str, language: str) -> str:
    """Give the name of a single message's words in a language; where they are not written in it, in the source's."""
    there = f"{language}/{words}"
    return there if (_TEMPLATES / f"{there}.txt").is_file() else words


def headed(words: str, company: str) -> str:
    """Give the subject of a single message as it stood for anybody, with … for what differs; "" where there is none."""
    if words not in _names():
        return ""
    known = {"company": company}
    parts = text(_template(words)[0]).parts
    return "".join(part if isinstance(part, str) else known.get(part.name, "…") for part in parts)


def to_list(policy: Policy, purpose: Purpose, list_id: str, topic: str | None, words: str) -> Form:
    """Compile a message to a list: Markdown whose first line is `# Subject`; what it must carry is added below.

    Below its subject may stand whom of the list it is for, and as whom it goes out (`opening`); below a line
    `<!doctype html>` its own HTML. Raises MailError for a missing subject, a field that the purpose may not see or go
    by, an image, a script, or a field that not everybody gave and no word stands in for.
    """
    said = opening(legible(words))
    body, own = parts(said.body)
    found = pictures(said.body)
    if not (said.subject and body.strip()):
        raise MailError("the message has no subject or no text", "begin with a line `# Subject`, then write the text")
    subject, lines = text(said.subject), text(f"{plain(body.strip())}\n\n{_file('footer.txt')}")
    inner = text(_file("head.html")).parts + markdown(body, found).parts if own is None else markup(own, found).parts
    rich = Text((*inner, *text(_file("footer.html")).parts))
    named = _check(policy, purpose, (*subject.holes, *text(body).holes, *rich.holes))
    address = address_of(policy, purpose)
    only = _segment(policy, purpose, said.segment)
    request = Request(purpose.id, frozenset({address[0], *named, *only.categories}), topic=topic)
    kind = purpose.kind or MessageKind.MARKETING_OTHER
    carried = tuple(one for one in found.values() if any(f"cid:{one.cid}" in str(part) for part in inner))
    return Form(request, kind, address, subject, lines, rich, list_id, only, said.sender, said.answers, carried)


def purpose_of(policy: Policy, kind: MessageKind) -> Purpose:
    """Find the purpose that sends this kind of message; raise MailError if the policy states none."""
    for purpose in policy.purposes.values():
        if purpose.kind is kind:
            return purpose
    raise MailError(f"the policy states no purpose for messages of kind {kind.value}", "state one in the policy")


def address_of(policy: Policy, purpose: Purpose) -> tuple[str, str]:
    """Find the category and field that hold the address; raise MailError if the purpose may see none."""
    for category in policy.categories.values():
        for field in category.fields:
            if category.id in purpose.categories and field.type is FieldType.ADDRESS:
                return category.id, field.id
    raise MailError(f"the purpose {purpose.id} may see no address", "add the category of the address to it")


def _segment(policy: Policy, purpose: Purpose, lines: tuple[str, ...]) -> Segment:
    try:
        return segment(policy, purpose, lines)
    except GateError as error:
        raise MailError(str(error.args[0]), error.hint) from error


def _check(policy: Policy, purpose: Purpose, holes: tuple[object, ...]) -> set[str]:
    """Give the categories that holes name; raise MailError for one that may not be seen or may be empty."""
    fields = {
        field.id: (category.id, field.required)
        for category in policy.categories.values()
        if category.id in purpose.categories
        for field in category.fields
    }
    named = set()
    for hole in holes:
        name, otherwise = getattr(hole, "name", ""), getattr(hole, "otherwise", "")
        if name in OURS:
            continue
        if name not in fields:
            known = ", ".join(sorted(fields))
            raise MailError(f"the purpose {purpose.id} may not see a field {name!r}", f"it may see: {known}")
        category, required = fields[name]
        if not (required or otherwise):
            raise MailError(f"not everybody gave {name!r}", f"write {{{{ {name} | friend }}}}")
        named.add(category)
    return named


def _template(words: str) -> tuple[str, str]:
    subject, _, body = _file(f"{words}.txt").partition("\n")
    return subject.removeprefix("Subject: "), body.strip() + "\n"


@cache
def _names() -> frozenset[str]:
    return frozenset(str(path.relative_to(_TEMPLATES).with_suffix("")) for path in _TEMPLATES.rglob("*.txt"))


@cache
def _file(name: str) -> str:
    path = _TEMPLATES / name
    if not path.is_file():
        known = ", ".join(sorted(path.stem for path in _TEMPLATES.glob("*.txt")))
        raise MailError(f"there are no words named {name.partition('.')[0]!r}", f"known: {known}")
    return path.read_text()
