"""Read a translation: the prose and the words of a version in another language, and nothing that has effect."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from avow.errors import PolicyErrors
from avow.policy.document import Category, Clause, FormField, Policy, Section
from avow.policy.grammar.chunks import chunks
from avow.policy.grammar.faults import Faults, suggest
from avow.policy.grammar.front import LANGUAGE, matching, opening
from avow.policy.grammar.sections import Draft, Layout, sections
from avow.policy.grammar.table import Table
from avow.policy.meaning.laws import PREFIX
from avow.tongue import tongue

_TRANSLATES: Final = re.compile(r"\A\+\+\+\s*\n(?:(?!\+\+\+\s*$).*\n)*?translates\s*=", re.MULTILINE)
"""The key stands in the front matter: the prose behind it may say what it likes."""
_WORDS: Final[Mapping[str, tuple[str, ...]]] = {
    "category": ("title",),
    "channel": ("title",),
    "purpose": ("title", "states", "box"),
    "topic": ("title",),
    "cookie": ("title",),
    "right": ("title",),
    "exemption": ("notice",),
}
"""The words of each kind of declaration that people read."""
_Told = dict[str, dict[str, Table]]


@dataclass(frozen=True, slots=True)
class _Draught:
    """A translation as it is read: of which version, into which language, its layout, its tables by kind and name."""

    policy: Policy
    language: str
    layout: Layout
    told: _Told
    faults: Faults


def translates(path: Path) -> bool:
    """Say whether a file translates a version rather than being one; what cannot be read is no translation."""
    try:
        return _TRANSLATES.match(path.read_text()) is not None
    except (OSError, UnicodeDecodeError):
        return False


def translation(path: Path, versions: Mapping[str, Policy]) -> Policy:
    """Read a file as one of these versions in other words; raise PolicyErrors unless it is whole, and nothing else.

    It holds each heading, each sentence under its id and each word that a form or a table shows, and no rule.
    """
    faults = Faults(str(path))
    text = path.read_text()
    rows = text.replace("\r\n", "\n").replace("\r", "\n")
    table, lines = opening(rows, faults)
    faults.stop()
    policy, language = _about(table, versions, faults) if table else (None, "")
    faults.stop()
    if policy is None:  # is a fault, and has stopped us
        raise PolicyErrors(faults.found)
    layout = sections(rows, lines, faults)
    draught = _Draught(policy, language, layout, _tables(layout, faults), faults)
    _whole(draught)
    found = _policy(draught)
    faults.stop()
    return replace(found, source=text, path=str(path))


def _about(table: Table, versions: Mapping[str, Policy], faults: Faults) -> tuple[Policy | None, str]:
    """Say of which version and in which language it is."""
    name = table.text("translates", required=True)
    language = matching(table, "language", LANGUAGE, 'a language tag such as "de"')
    table.close()
    policy = versions.get(name)
    if policy is None:
        faults.add(f"there is no version {name!r}", table.line("translates"), hint=suggest(name, versions))
    elif policy.front.language == language:
        faults.add(f"the version is in {language!r} itself", table.line("language"), hint="write another language")
    return policy, language


def _tables(layout: Layout, faults: Faults) -> _Told:
    found: _Told = {kind: {} for kind in (*_WORDS, "recipient")}
    for block in layout.blocks:
        for kind, values in block.values.items():
            if kind not in found or not isinstance(values, dict):
                faults.add(f"a translation knows no table {kind!r}", block.line_of((kind,)), hint=suggest(kind, found))
                continue
            for name in values.keys() & found[kind].keys():
                faults.add(f"[{kind}.{name}] stands here twice", block.line_of((kind, name)), hint="keep one of them")
            found[kind] |= {name: Table(block, (kind, name), inner, faults) for name, inner in values.items()}
    return found


def _whole(draught: _Draught) -> None:
    """Note each heading and each sentence that is missing, stands elsewhere, or is not the version's."""
    sentences = {one.id: one for one in draught.layout.sentences}
    headings = [one.id for one in draught.layout.sections]
    if headings != [section.id for section in draught.policy.sections]:
        known = ", ".join(section.id for section in draught.policy.sections)
        draught.faults.add("the headings are not those of the version", 1, hint=f"in their order: {known}")
    ids = {name: section.id for section in draught.policy.sections for name in section.clauses}
    for name, section in ids.items():
        if name not in sentences or sentences[name].section != section:
            hint = f"write {{#{name}}} behind its sentence, under the heading {section}"
            draught.faults.add("a sentence is not translated", 1, name, hint)
    for one in draught.layout.sentences:
        if one.id not in ids:
            draught.faults.add("the version has no such sentence", one.line, one.id, suggest(one.id, ids))


def _policy(draught: _Draught) -> Policy:
    policy = draught.policy
    ids = [one.id for one in draught.layout.sentences]
    return replace(
        policy,
        front=replace(policy.front, language=draught.language),
        sections=tuple(_section(draft, draught, ids) for draft in draught.layout.sections),
        clauses=dict(_clauses(draught)),
        categories=_said(draught, "category", policy.categories),
        purposes=_said(draught, "purpose", policy.purposes),
        channels=_said(draught, "channel", policy.channels),
        topics=_said(draught, "topic", policy.topics),
        cookies=_said(draught, "cookie", policy.cookies),
        rights=_said(draught, "right", policy.rights),
        exemptions=_said(draught, "exemption", policy.exemptions),
        recipients=_recipients(draught),
    )


def _section(draft: Draft, draught: _Draught, ids: list[str]) -> Section:
    stand = {one.id for one in draught.layout.sentences if one.section == draft.id}
    prose = "\n\n".join(chunks("\n".join(draft.rows)))
    return Section(draft.id, draft.title, prose, tuple(name for name in ids if name in stand))


def _clauses(draught: _Draught) -> Iterator[tuple[str, Clause]]:
    """Give each clause in its new words; the laws that come with every policy are in the catalogue."""
    sentences = {one.id: one for one in draught.layout.sentences}
    say = tongue(draught.language)
    for name, clause in draught.policy.clauses.items():
        if name.startswith(PREFIX):
            yield name, replace(clause, text=say(clause.text))
        elif name in sentences:
            yield name, replace(clause, text=sentences[name].text, line=sentences[name].line)


def _said(draught: _Draught, kind: str, declared: Mapping[Any, Any]) -> dict[Any, Any]:
    """Give the declarations of a kind in their new words; note what is missing and what is not declared."""
    tables = draught.told[kind]
    _only(tables, kind, declared, draught)
    found = {}
    for name, one in declared.items():
        table = _table(draught, kind, str(name))
        keys = [key for key in _WORDS[kind] if getattr(one, key)]
        words = {key: table.text(key, required=True) for key in keys} if table else {}
        fields = {"fields": _fields(one, table)} if table and isinstance(one, Category) else {}
        found[name] = replace(one, **words, **fields)
        if table:
            table.close()
    return found


def _fields(category: Category, table: Table) -> tuple[FormField, ...]:
    """Give the fields with their labels and hints; what may be chosen among stays as the version has it."""
    labels, hints = (
        Table(table.block, (*table.path, key), table.take(key, dict, {}, "{ id = ... }"), table.faults)
        for key in ("labels", "hints")
    )
    found = tuple(
        replace(
            one,
            label=labels.text(one.id, required=True),
            hint=hints.text(one.id, required=True) if one.hint else "",
        )
        for one in category.fields
    )
    labels.close()
    hints.close()
    return found


def _recipients(draught: _Draught) -> dict[Any, str]:
    tables = draught.told["recipient"]
    _only(tables, "recipient", draught.policy.recipients, draught)
    found = {}
    for name, title in draught.policy.recipients.items():
        table = _table(draught, "recipient", str(name))
        found[name] = table.text("title", required=True) if table else title
        if table:
            table.close()
    return found


def _only(tables: Mapping[str, Table], kind: str, declared: Mapping[Any, Any], draught: _Draught) -> None:
    for name in tables.keys() - {str(one) for one in declared}:
        draught.faults.add(
            f"the version declares no [{kind}.{name}]", tables[name].line(), hint=suggest(name, declared)
        )


def _table(draught: _Draught, kind: str, name: str) -> Table | None:
    """Give the table of a declaration; None, with a fault, where it is not translated."""
    found = draught.told[kind].get(name)
    if found is None:
        quoted = f'"{name}"' if "." in name else name
        hint = f"write the table with {', '.join(_WORDS.get(kind, ('title',)))}"
        draught.faults.add(f"[{kind}.{quoted}] is not translated", 1, hint=hint)
    return found
