"""Render the prose as plain text."""

from collections.abc import Iterator
from textwrap import fill

from markdown_it.token import Token

from avow.policy.document import Policy, Section
from avow.policy.grammar.sections import MARK, markdown
from avow.tongue import tongue

WIDTH = 78


def plain(policy: Policy) -> str:
    """Give the policy as text in lines of 78 characters."""
    front = policy.front
    words = tongue(front.language)("Version {version}, in force from {instant}")
    told = words.format(version=front.version, instant=front.effective.isoformat())
    told = f"{told}\n{front.postal}\n{front.mailbox}"
    parts = [_heading(policy.sections[0].title, "="), told]
    for number, section in enumerate(policy.sections):
        parts += [_heading(section.title, "-")] if number else []
        parts += _prose(section)
    return "\n\n".join(parts) + "\n"


def _heading(title: str, line: str) -> str:
    words = _words(markdown().parseInline(title)[0])
    return f"{words}\n{line * len(words)}"


def _prose(section: Section) -> Iterator[str]:
    """Give each paragraph; what stands in a list begins with a dash."""
    depth = 0
    for token in markdown().parse(section.prose):
        depth += token.nesting if token.type.startswith("list_item") else 0
        if token.type == "inline" and (words := _words(token)):
            indent = "  " * depth
            yield fill(words, WIDTH, initial_indent=f"{indent[2:]}- " if depth else "", subsequent_indent=indent)
        elif token.type in {"fence", "code_block"}:
            yield token.content.rstrip()


def _words(token: Token) -> str:
    """Give the words of a paragraph, with the address of each link that does not show it."""
    parts: list[str] = []
    href, begun = "", 0
    for child in token.children or ():
        if child.type == "link_open":
            href, begun = str(child.attrGet("href")), len(parts)
        elif child.type == "link_close" and "".join(parts[begun:]) not in {href, href.removeprefix("mailto:")}:
            parts.append(f" <{href}>")
        elif child.type in {"softbreak", "hardbreak"}:
            parts.append(" ")
        else:
            parts.append(child.content)
    return " ".join(MARK.sub("", "".join(parts)).split())
