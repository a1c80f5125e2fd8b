"""Render the prose as a page: headings with anchors, each clause with its id, outside links marked."""

import hashlib
from html import escape
from typing import Any
from urllib.parse import urlsplit

from markdown_it.token import Token

from avow.policy.document import Policy, Section
from avow.policy.grammar.sections import MARK, markdown
from avow.policy.shown.glance import glance


def page(policy: Policy) -> str:
    """Give the HTML under the title: the sections, each clause in a span that bears its id, then all in tables."""
    prose = (_section(policy, section, first=not number) for number, section in enumerate(policy.sections))
    return "\n".join((*prose, glance(policy)))


def page_hash(policy: Policy) -> bytes:
    """Give the SHA-256 of the page that people read: its front matter, title, prose and tables."""
    return hashlib.sha256(canonical(policy).encode()).digest()


def canonical(policy: Policy) -> str:
    """Give the text that the page's hash covers."""
    front = policy.front
    told = (front.company, front.postal, front.mailbox, front.version, front.effective.isoformat(), front.language)
    lines = ("avow/page/v1", *told, *front.sites, policy.sections[0].title)
    return "\n".join((*lines, page(policy)))


def _section(policy: Policy, section: Section, *, first: bool) -> str:
    """Render a section; the first has the page's title for its heading, which the page itself shows."""
    parser = markdown()
    env: dict[str, Any] = {}
    tokens = parser.parse(section.prose, env)
    for token in tokens:
        if token.type == "inline":
            token.children = [Token("html_inline", "", 0, content=_clauses(policy, token.content, env))]
    heading = "" if first else f"<h2>{parser.renderInline(section.title)}</h2>\n"
    return f'<section id="{section.id}">\n{heading}{parser.renderer.render(tokens, parser.options, env)}</section>'


def _clauses(policy: Policy, source: str, env: dict[str, Any]) -> str:
    """Wrap the words before each clause id in a span that bears it."""
    parts, after = [], 0
    for mark in MARK.finditer(source):
        words = source[after : mark.start()]
        space = words[: len(words) - len(words.lstrip())]
        parts.append(f'{space}<span class="clause" id="{escape(mark[1])}">{_inline(policy, words, env)}</span>')
        after = mark.end()
    return "".join(parts) + (_inline(policy, source[after:], env) if source[after:].strip() else "")


def _inline(policy: Policy, words: str, env: dict[str, Any]) -> str:
    parser = markdown()
    tokens = parser.parseInline(words.strip(), env)
    for token in tokens:
        for child in token.children or ():
            if child.type == "link_open" and outside(policy, str(child.attrGet("href"))):
                child.attrSet("rel", "noopener noreferrer")
                child.attrSet("class", "outside")
    return str(parser.renderer.render(tokens, parser.options, env))


def outside(policy: Policy, address: str) -> bool:
    """Say whether a link leaves the sites that the policy covers."""
    parts = urlsplit(address)
    return bool(parts.netloc) and parts.hostname not in policy.front.sites
