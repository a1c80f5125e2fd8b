"""Compare the page that was published with its policy: heading, prose and tables, word for word."""

import re
from collections.abc import Iterator
from html import unescape

from avow_audit.law.policy import Policy, Purpose

FORM = "avow/page/v1"
_TAG = re.compile(r"<[^>]*>")
_WORD = re.compile(r"[^\W_]+")
_MARK = re.compile(r"\{#[^}\n]*\}")
_TARGET = re.compile(r"\]\((?:[^()\s]|\([^()]*\))*(?:\s+\"[^\"]*\")?\)|^ {0,3}\[[^\]]+\]:.*$", re.MULTILINE)
_RULED = re.compile(r"^[ |:-]*-[ |:-]*$", re.MULTILINE)
_NUMBERED = re.compile(r"^( *)\d+[.)] ", re.MULTILINE)
_TABLES = '<section id="glance_all">'
_REFUSED = {
    None: "no, it is part of our service or of our duties",
    "until-refused": "yes, at any time",
    "on-yes": "it waits for your yes, which you can take back",
}
"""What the tables say of a purpose by its default."""


def page_says(policy: Policy, page: str) -> str | None:
    """Give in words where a page parts from its policy, or None if it says the same."""
    front = policy.front
    heading = [FORM, *(str(front[word]) for word in ("company", "postal", "mailbox", "version"))]
    heading += [front["effective"].isoformat(), str(front["language"]), *front["sites"]]
    told = "".join(f"{words}\n" for words in heading)
    if not page.startswith(told):
        return "its heading is not the front matter of the policy"
    prose, _, tables = page.removeprefix(told).partition(_TABLES)
    return _parting(_words(_prose(policy.prose)), _shown(prose)) or _parting(
        _WORD.findall("\n".join(_tables(policy))), _shown(tables)
    )


def _shown(html: str) -> list[str]:
    return _WORD.findall(unescape(_TAG.sub(" ", html)))


def _prose(markdown: str) -> str:
    """Take out of prose what is not read: clause ids, where links lead, lines and numbers that lay it out."""
    return _NUMBERED.sub(r"\1", _RULED.sub("", _TARGET.sub("]", _MARK.sub(" ", markdown))))


def _words(text: str) -> list[str]:
    return _WORD.findall(unescape(text))


def _tables(policy: Policy) -> Iterator[str]:
    """Write anew what the tables at the end of a page say of all that its policy declares."""
    declared = policy.declared
    data, uses, rights = (declared.get(kind, {}) for kind in ("category", "purpose", "right"))
    yield "All of it at a glance"
    if data:
        yield "What we keep What In detail How long"
    for name, one in data.items():
        days = policy.kept[name]
        fields = ", ".join(field["label"] for field in one.get("fields", []))
        kept = "until you ask us to forget it" if days is None else f"{days} days"
        yield f"{one['title']} | {fields or 'only what its name says'} | {kept}"
    if uses:
        yield "What for Purpose With Who sees it Can you refuse it?"
    for name, one in uses.items():
        purpose = policy.purposes[name]
        over = "; ".join(told["title"] for category, told in data.items() if category in purpose.categories)
        yield f"{one['title']} | {over} | {_towards(policy, purpose)} | {_REFUSED[purpose.default]}"
    yield from _cookies(policy)
    if rights:
        yield "What you can ask for What Answered within"
    for one in rights.values():
        yield f"{one['title']} | {one['days'] or 'at once'} {'days' if one['days'] else ''}"


def _cookies(policy: Policy) -> Iterator[str]:
    """Write anew the tables of cookies and of who sets them: who and when, where one is not ours or waits for a yes."""
    cookies, others = (policy.declared.get(kind, {}) for kind in ("cookie", "processor"))
    more = any(one.get("processor") or not one["necessary"] for one in cookies.values())
    if cookies:
        yield f"Cookies Name What for How long {'Who sets it When' if more else ''}"
    for name, one in cookies.items():
        who = others.get(str(one.get("processor")), {}).get("title", policy.front["company"])
        when = "when it is needed" if one["necessary"] else "after your yes, and not before"
        yield f"{name} | {one['title']} | {_lifetime(int(one['lifetime']))} | {f'{who} | {when}' if more else ''}"
    if others:
        yield "Who sets cookies for us Who Under what From when What a page loads"
    for one in others.values():
        ends = f" until {one['until']:%-d %B %Y}" if one.get("until") else ""
        loads = ", ".join(word for kind in ("scripts", "images", "sends") for word in one.get(kind, [])) or "nothing"
        yield f"{one['title']} | {one['agreement']} | {one['since']:%-d %B %Y}{ends} | {loads}"


def _towards(policy: Policy, purpose: Purpose) -> str:
    named = {"company": str(policy.front["company"])}
    named |= {kind: str(one["title"]) for kind, one in policy.declared.get("recipient", {}).items()}
    return "; ".join(named.get(kind, kind) for kind in purpose.recipients)


def _lifetime(seconds: int) -> str:
    for size, unit in ((86_400, "days"), (3_600, "hours"), (60, "minutes"), (1, "seconds")):
        if seconds and seconds % size == 0:
            number = seconds // size
            return f"{number} {unit.removesuffix('s') if number == 1 else unit}"
    return "until you close your browser"


def _parting(said: list[str], shown: list[str]) -> str | None:
    for number, (one, other) in enumerate(zip(said, shown, strict=False)):
        if one != other:
            before = " ".join(said[max(0, number - 6) : number])
            return f"after {before!r} the policy says {one!r} and the page {other!r}"
    if len(said) != len(shown):
        return f"the policy has {len(said)} words and the page {len(shown)}"
    return None
