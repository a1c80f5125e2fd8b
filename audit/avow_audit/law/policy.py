"""Read a policy file: its front matter, its prose, and the blocks of rules, as TOML."""

import re
import tomllib
from dataclasses import dataclass, field
from typing import Any

from avow_audit.law.words import NEEDS, RECIPIENTS
from avow_audit.log.canonical import micros

_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})[ \t]*avow[ \t]*")


@dataclass(frozen=True, slots=True)
class Rule:
    """A permit or forbid of a clause; a selector of None selects everything."""

    clause: str
    permit: bool
    purposes: frozenset[str] | None
    recipients: frozenset[str] | None
    categories: frozenset[str] | None
    kinds: frozenset[str] | None
    scope: str | None
    when: str | None


@dataclass(frozen=True, slots=True)
class Purpose:
    """Why data is used, over which categories, towards whom, as which kind of message, in which scope.

    `longer` is for how many days that is kept which somebody says yes for; 0 is as long as all else.
    """

    id: str
    categories: frozenset[str]
    recipients: tuple[str, ...]
    kind: str | None
    default: str | None
    scope: str
    topic: str | None
    needs: frozenset[str]
    longer: int = 0


@dataclass(slots=True)
class Policy:
    """A version as its file says it.

    `kept` are days by category (None is until asked), `addressed` the categories that hold an address, `declared` all
    that is declared, as it stands, by kind and name.
    """

    front: dict[str, Any]
    prose: str
    purposes: dict[str, Purpose] = field(default_factory=dict)
    kept: dict[str, int | None] = field(default_factory=dict)
    addressed: set[str] = field(default_factory=set)
    channels: dict[str, dict[str, Any]] = field(default_factory=dict)
    topics: list[str] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)
    declared: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)

    @property
    def version(self) -> str:
        """Give its name."""
        return str(self.front["version"])

    @property
    def effective(self) -> int:
        """Give the instant from which it is in force (microseconds)."""
        return micros(self.front["effective"].isoformat())


def policy(source: str) -> Policy:
    """Read a file; raise ValueError or KeyError if it is no policy."""
    rows = source.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if rows[0].rstrip() != "+++":
        raise ValueError("the file has no front matter")
    end = next(number for number, row in enumerate(rows[1:], 1) if row.rstrip() == "+++")
    prose, blocks = _parted(rows[end + 1 :])
    found = Policy(tomllib.loads("\n".join(rows[1:end])), prose)
    for block in blocks:
        _declare(found, tomllib.loads(block))
    return found


def _parted(rows: list[str]) -> tuple[str, list[str]]:
    """Part prose and blocks of rules."""
    prose: list[str] = []
    blocks: list[list[str]] = []
    fence = ""
    for row in rows:
        opened = _FENCE.fullmatch(row)
        if fence:
            closed = row.strip()
            if closed and set(closed) == {fence[0]} and len(closed) >= len(fence):
                fence = ""
            else:
                blocks[-1].append(row)
        elif opened:
            fence = opened[1]
            blocks.append([])
            prose.append("")
        else:
            prose.append(row)
    return "\n".join(prose), ["\n".join(block) for block in blocks]


def _declare(found: Policy, tables: dict[str, Any]) -> None:
    for kind, declared in tables.items():
        found.declared.setdefault(kind, {}).update(declared)
    for name, table in tables.get("clause", {}).items():
        for permit, word in ((True, "permit"), (False, "forbid")):
            rules = table.get(word, [])
            found.rules += [
                _rule(name, rule, permit=permit) for rule in (rules if isinstance(rules, list) else [rules])
            ]
    for name, table in tables.get("category", {}).items():
        found.kept[name] = None if table["retention"] == "until asked" else int(table["retention"])
        if any(one["type"] == "address" for one in table.get("fields", [])):
            found.addressed.add(name)
    found.purposes |= {name: _purpose(name, table) for name, table in tables.get("purpose", {}).items()}
    found.channels |= tables.get("channel", {})
    found.topics += tables.get("topic", {})


def _purpose(name: str, table: dict[str, Any]) -> Purpose:
    kind, towards = table.get("kind"), set(table.get("recipients") or ["company"])
    return Purpose(
        name,
        frozenset(table["categories"]),
        tuple(one for one in RECIPIENTS if one in towards),
        kind,
        table.get("default"),
        table.get("scope", ""),
        table.get("topic"),
        frozenset(table.get("needs", [])) | frozenset(NEEDS.get(str(kind), ())),
        int(table.get("retention", 0)),
    )


def _rule(clause: str, table: dict[str, Any], *, permit: bool) -> Rule:
    def some(word: str) -> frozenset[str] | None:
        return frozenset(table[word]) if table.get(word) else None

    selected = (some("purposes"), some("recipients"), some("categories"), some("kinds"))
    return Rule(clause, permit, *selected, table.get("scope"), table.get("when"))
