"""Cut the file into sections, the sentences that carry clause ids, and the blocks beneath them."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache

from markdown_it import MarkdownIt
from markdown_it.token import Token

from avow.policy.grammar.blocks import Block, block
from avow.policy.grammar.faults import Faults

MARK = re.compile(r"[ \t\n]*\{#([^}\n]*)\}")
"""A clause id behind the sentence that it names, as in `... in every mailing. {#optout.links}`."""
OPEN = "{#"
_CLAUSE = re.compile(r"[a-z][a-z0-9-]*(\.[a-z0-9][a-z0-9-]*)+")
_SECTION = re.compile(r"[a-z][a-z0-9-]*")
_LAW = "law."
_BLOCK = "avow"


@dataclass(frozen=True, slots=True)
class Sentence:
    """The words that a clause id binds: all since the id before it, or since its paragraph began."""

    id: str
    text: str
    line: int
    stretch: int
    section: str


@dataclass(slots=True)
class Draft:
    """A section as it is read: heading and the lines of its prose."""

    id: str
    title: str
    line: int
    rows: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Layout:
    """Sections, sentences and blocks, in the order of the file; a stretch is prose up to a block or heading."""

    sections: tuple[Draft, ...]
    sentences: tuple[Sentence, ...]
    blocks: tuple[Block, ...]


@cache
def markdown() -> MarkdownIt:
    """Give the one Markdown parser of policies: CommonMark and tables, without raw HTML."""
    return MarkdownIt("commonmark", {"html": False}).enable("table")


def sections(text: str, skip: int, faults: Faults) -> Layout:
    """Cut a file whose prose begins after `skip` lines."""
    rows = [""] * skip + text.split("\n")[skip:]
    tokens = markdown().parse("\n".join(rows))
    cuts = sorted(_headings(tokens) + _fences(tokens), key=lambda token: (token.map or [0])[0])
    drafts: list[Draft] = []
    blocks: list[Block] = []
    sentences: list[Sentence] = []
    at = skip
    for stretch, token in enumerate([*cuts, None]):
        start, end = (token.map or [0, 0]) if token else (len(rows), len(rows))
        sentences += _stretch(rows, at, start, drafts, stretch, faults)
        if token and token.type == "heading_open":
            _level(token, start + 1, drafts, faults)
            drafts.append(_draft(tokens[tokens.index(token) + 1], start + 1, drafts, faults))
        elif token:
            found = block(token.content, start + 2, stretch, faults)
            blocks += [found] if found else []
        at = end
    if not drafts:
        faults.add("the file has no heading", skip + 1, hint="begin the prose with a title: # Privacy Policy")
    _once(sentences, faults)
    return Layout(tuple(drafts), tuple(sentences), tuple(blocks))


def _headings(tokens: Sequence[Token]) -> list[Token]:
    return [t for t in tokens if t.type == "heading_open" and t.tag in {"h1", "h2"} and t.level == 0]


def _fences(tokens: Sequence[Token]) -> list[Token]:
    return [t for t in tokens if t.type == "fence" and t.info.strip() == _BLOCK]


def _level(heading: Token, line: int, drafts: list[Draft], faults: Faults) -> None:
    if not heading.markup.startswith("#"):
        faults.add("a line of dashes makes a heading of what is above it", line, hint="write ## Title {#name}")
    if not drafts and heading.tag != "h1":
        faults.add("the first heading is not the title", line, hint="begin the prose with a title: # Privacy Policy")
    elif drafts and heading.tag == "h1":
        faults.add("a policy has one title", line, hint="begin a section with ##")


def _draft(heading: Token, line: int, drafts: list[Draft], faults: Faults) -> Draft:
    """Make a section of a heading; its anchor is given in braces or made of its words."""
    given = MARK.search(heading.content)
    title = MARK.sub("", heading.content).strip()
    anchor = given[1] if given else re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")
    if not _SECTION.fullmatch(anchor):
        faults.add(
            f"a heading cannot be named {anchor!r}", line, hint="use small letters, digits and dashes: {#opt-out}"
        )
    if OPEN in title:
        faults.add("the name of the heading is not closed", line, hint="end it with a brace: {#name}")
    if any(draft.id == anchor for draft in drafts):
        faults.add(f"two headings are named {anchor!r}", line, hint="give one another name: ## Title {#name}")
    return Draft(anchor, title, line)


def _stretch(
    rows: Sequence[str], start: int, end: int, drafts: list[Draft], stretch: int, faults: Faults
) -> Iterator[Sentence]:
    """Read the sentences of the prose between two cuts, and give the prose to its section."""
    prose = rows[start:end]
    if not drafts:
        first = next((number for number, row in enumerate(prose, start + 1) if row.strip()), None)
        if first:
            faults.add(
                "prose stands before the first heading", first, hint="begin the prose with a title: # Privacy Policy"
            )
        return
    drafts[-1].rows += ["", *prose]
    for token in markdown().parse("\n".join(prose)):
        if token.type == "inline":
            yield from _sentences(token, start + (token.map or [0])[0] + 1, stretch, drafts[-1].id, faults)


def _sentences(token: Token, line: int, stretch: int, section: str, faults: Faults) -> Iterator[Sentence]:
    after = 0
    if OPEN in MARK.sub("", token.content):
        faults.add("a clause id is not closed", line, hint="end it with a brace: {#section.name}")
    for mark in MARK.finditer(token.content):
        name, at = mark[1], line + token.content.count("\n", 0, mark.end())
        text = words(token.content[after : mark.start()])
        after = mark.end()
        if name.startswith(_LAW):
            faults.add(
                "the names law.* belong to the laws that hold for every policy", at, name, "name the clause otherwise"
            )
        elif not _CLAUSE.fullmatch(name):
            faults.add(
                f"a clause cannot be named {name!r}", at, name, "write section.name in small letters: {#optout.links}"
            )
        elif not text:
            faults.add("no sentence stands before this clause id", at, name, "write the id behind its sentence")
        else:
            yield Sentence(name, text, at, stretch, section)


def marks(chunk: str) -> tuple[str, ...]:
    """Give the clause ids of a piece of prose in their order; what stands in code names nothing."""
    inline = (token for token in markdown().parse(chunk) if token.type == "inline")
    return tuple(mark[1] for token in inline for mark in MARK.finditer(token.content))


def loose(chunk: str) -> Iterator[str]:
    """Give the words of a piece of prose that stand behind its last clause id, or have none."""
    heading = False
    for token in markdown().parse(chunk):
        heading = token.type == "heading_open" or (heading and token.type == "inline")
        rest = MARK.split(token.content)[-1] if token.type == "inline" else ""
        if rest.strip() and not heading:
            yield words(rest)


def words(source: str) -> str:
    """Give the words of a piece of Markdown as people read them, on one line."""
    tokens = markdown().parseInline(source)
    parts = (child.content or " " for token in tokens for child in token.children or () if _reads(child))
    return " ".join("".join(parts).split())


def _reads(child: Token) -> bool:
    return child.type in {"text", "code_inline", "softbreak", "hardbreak", "text_special"}


def _once(sentences: Sequence[Sentence], faults: Faults) -> None:
    first: dict[str, Sentence] = {}
    for sentence in sentences:
        before = first.setdefault(sentence.id, sentence)
        if before is not sentence:
            faults.add(
                f"the id stands already on line {before.line}", sentence.line, sentence.id, "an id names one sentence"
            )
