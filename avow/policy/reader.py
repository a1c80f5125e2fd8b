"""Read a policy file: prose, clause ids, and the rules beneath the prose that they bind."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from avow.errors import PolicyErrors
from avow.policy.document import Changes, Clause, Front, Policy, Section
from avow.policy.grammar.blocks import Block
from avow.policy.grammar.chunks import chunks
from avow.policy.grammar.faults import Faults, suggest
from avow.policy.grammar.front import front
from avow.policy.grammar.sections import Draft, Layout, Sentence, sections
from avow.policy.grammar.table import Table
from avow.policy.meaning.clauses import clause
from avow.policy.meaning.declarations import READERS, changes
from avow.policy.meaning.laws import laws
from avow.policy.meaning.references import references
from avow.terms import ClauseClass


@dataclass(slots=True)
class Draught:
    """What the blocks of one file have declared so far, by table and id, and on which line."""

    layout: Layout
    faults: Faults
    clauses: dict[str, Clause] = field(default_factory=dict)
    declared: dict[str, dict[str, Any]] = field(default_factory=lambda: {name: {} for name in READERS})
    changes: Changes | None = None
    tables: dict[tuple[str, str], Table] = field(default_factory=dict)

    def line_of(self, kind: str, name: str, key: str) -> int:
        """Give the line of a key of a declared table."""
        table = self.tables.get((kind, name))
        return table.line(key) if table else 0


def read(path: str | Path) -> Policy:
    """Read one file; raise PolicyErrors with every error, its file, line, clause and what to do."""
    try:
        text = Path(path).read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        faults = Faults(str(path))
        faults.add(f"the file cannot be read: {error}", 1, hint="give the path of a policy in UTF-8")
        raise PolicyErrors(faults.found) from error
    return read_text(text, str(path))


def read_text(text: str, path: str = "") -> Policy:
    """Read the text of a policy; raise PolicyErrors as `read` does."""
    faults = Faults(path)
    rows = text.replace("\r\n", "\n").replace("\r", "\n")
    opened = front(rows, faults)
    draught = Draught(sections(rows, opened.lines, faults), faults)
    for block in draught.layout.blocks:
        _block(block, draught)
    faults.stop()
    if opened.front is None:  # a front matter that is not there is a fault, and has stopped us
        raise PolicyErrors(faults.found)
    policy = _policy(opened.front, draught, text, path)
    references(policy, draught.line_of, faults)
    faults.stop()
    return replace(policy, clauses={**policy.clauses, **{law.id: law for law in laws(policy)}})


def _block(block: Block, draught: Draught) -> None:
    """Read every table of a block; a declaration belongs to the clause whose table stands last above it."""
    for kind, name, path, values in sorted(_tables(block, draught.faults), key=lambda found: block.line_of(found[2])):
        table = Table(block, path, values, draught.faults, _clause_above(block, block.line_of(path)))
        if (kind, name) in draught.tables:
            before = draught.tables[kind, name].line()
            table.fault(f"{table.name} stands already on line {before}", hint="declare it once")
            continue
        draught.tables[kind, name] = table
        if kind == "clause":
            _bind(name, table, draught)
        elif not table.clause:
            table.fault(f"{table.name} belongs to no clause", hint='write [clause."its.id"] above it')
        elif kind == "changes":
            draught.changes = changes(table)
            table.close()
        else:
            draught.declared[kind][name] = READERS[kind](table)
            table.close()


def _tables(block: Block, faults: Faults) -> Iterable[tuple[str, str, tuple[str, ...], Any]]:
    known = ("clause", "changes", *READERS)
    for kind, values in block.values.items():
        if kind not in known:
            line = block.line_of((kind,))
            faults.add(f"a policy knows no table {kind!r}", line, _clause_above(block, line), suggest(kind, known))
        elif kind == "changes":
            yield kind, "", (kind,), values
        elif not isinstance(values, dict):
            faults.add(
                f"{kind!r} is not a table", block.line_of((kind,)), hint=f"write [{kind}.name] and its keys beneath"
            )
        else:
            yield from ((kind, name, (kind, name), inner) for name, inner in values.items())


def _clause_above(block: Block, line: int) -> str:
    ids = block.values.get("clause", {})
    above = [(block.line_of(("clause", name)), name) for name in (ids if isinstance(ids, dict) else {})]
    return max((found for found in above if found[0] <= line), default=(0, ""))[1]


def _bind(name: str, table: Table, draught: Draught) -> None:
    """Bind a clause's rules to its sentence, which stands directly above their block."""
    found = next((one for one in draught.layout.sentences if one.id == name), None)
    if found is None:
        known = [one.id for one in draught.layout.sentences]
        hint = f"write {{#{name}}} behind the sentence that it binds; {suggest(name, known)}"
        table.fault("these rules stand under no sentence", hint=hint)
    elif found.stretch != table.block.stretch:
        table.fault("these rules do not stand directly under their sentence", hint=f"move them under line {found.line}")
    else:
        draught.clauses[name] = clause(found, table)


def _policy(front: Front, draught: Draught, text: str, path: str) -> Policy:
    declared = draught.declared
    return Policy(
        front=front,
        sections=tuple(_section(draft, draught.layout.sentences) for draft in draught.layout.sections),
        clauses={one.id: draught.clauses.get(one.id) or _bare(one) for one in draught.layout.sentences},
        categories=declared["category"],
        purposes=declared["purpose"],
        channels={channel.kind: channel for channel in declared["channel"].values()},
        topics=declared["topic"],
        cookies=declared["cookie"],
        processors=declared["processor"],
        rights=declared["right"],
        exemptions={exemption.kind: exemption for exemption in declared["exemption"].values()},
        recipients=dict(declared["recipient"].values()),
        changes=draught.changes,
        source=text,
        path=path,
    )


def _bare(sentence: Sentence) -> Clause:
    """Give the clause of a sentence without rules; that it says nothing of itself, the check reports."""
    return Clause(sentence.id, sentence.text, sentence.section, sentence.line, ClauseClass.ENFORCED)


def _section(draft: Draft, sentences: Iterable[Sentence]) -> Section:
    ids = tuple(one.id for one in sentences if one.section == draft.id)
    return Section(draft.id, draft.title, _prose(draft.rows), ids)


def _prose(rows: Iterable[str]) -> str:
    """Join the blocks of a section's prose, with one empty line between them."""
    return "\n\n".join(chunks("\n".join(rows)))
