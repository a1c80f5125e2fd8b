"""Write the table of mutants, and every survivor with the reason why nothing can notice it."""

import tomllib
from collections.abc import Iterator, Mapping

from tests.mutation.cover import ROOT
from tests.mutation.evidence import SURVIVED, Evidence, evidence
from tests.mutation.groups import GROUPS, Group

FILE = ROOT / "docs" / "evidence" / "mutation.md"
REASONS = ROOT / "docs" / "evidence" / "survivors.toml"
Name = tuple[str, str]
"""A module and the name of a mutant of it."""


def page() -> str:
    """Give the page: the score of each module and package, then the survivors."""
    kept, told = evidence(), reasons()
    lines = [
        "# Mutation score",
        "",
        "Each mutant is the code with one small change: a comparison turned, a condition dropped, a word of SQL",
        "replaced. A test must notice it. `make soak` runs those that are new and writes this page; the reasons are",
        "written by hand in [survivors.toml](survivors.toml).",
    ]
    for group in GROUPS.values():
        lines += ["", f"## {group.folder}", "", f"At least {group.least} % must be noticed.", "", *_table(kept, group)]
    lines += ["", "## Survivors", ""]
    for module, there in sorted(kept.modules.items()):
        for name, one in sorted(there["mutants"].items(), key=lambda pair: pair[1]["line"]):
            if one["found"] == SURVIVED:
                lines.append(f"- {module}:{one['line']}: ``{name}``: {told.get((module, name), '**no reason given**')}")
    return "\n".join(lines) + "\n"


def _table(kept: Evidence, group: Group) -> Iterator[str]:
    yield "| module | mutants | run | noticed | survived | score of those run |"
    yield "|---|---:|---:|---:|---:|---:|"
    whole = [0, 0, 0]
    for module, known in sorted(kept.modules.items()):
        there, every = known["mutants"], known["every"]
        run, lost = len(there), sum(one["found"] == SURVIVED for one in there.values())
        if module.startswith(f"{group.folder}/") and every:
            whole = [one + more for one, more in zip(whole, (every, run, lost), strict=True)]
            yield f"| {module} | {every} | {run} | {run - lost} | {lost} | {_percent(run, lost)} |"
    every, run, lost = whole
    yield f"| **together** | {every} | {run} | {run - lost} | {lost} | **{_percent(run, lost)}** |"


def _percent(count: int, lost: int) -> str:
    return f"{100 * (count - lost) / count:.1f} %" if count else "not run yet"


def reasons() -> Mapping[Name, str]:
    """Read the reason of each survivor, as it is written by hand."""
    found = tomllib.loads(REASONS.read_text("utf-8")) if REASONS.exists() else {}
    return {(module, one["mutant"]): one["reason"] for module, given in found.items() for one in given}


def wrong(kept: Evidence, groups: Mapping[str, Group]) -> list[str]:
    """Give each survivor without a reason, each reason without a survivor, and each score that is too low."""
    told, found = reasons(), []
    for group in groups.values():
        lost = _lost(kept, group)
        count = sum(len(kept.modules[name]["mutants"]) for name in _modules(kept, group))
        if 100 * (count - len(lost)) < group.least * count:
            found.append(f"{group.folder}: {_percent(count, len(lost))} is below {group.least} %")
        given = {name for name in told if name[0].startswith(f"{group.folder}/")}
        found += [f"{module}: {name}: no test notices, and no reason is given" for module, name in lost - given]
        found += [f"{module}: {name}: a reason is given, but no such mutant survives" for module, name in given - lost]
    return sorted(found)


def _modules(kept: Evidence, group: Group) -> list[str]:
    return [name for name in kept.modules if name.startswith(f"{group.folder}/")]


def _lost(kept: Evidence, group: Group) -> set[Name]:
    return {
        (module, name)
        for module in _modules(kept, group)
        for name, one in kept.modules[module]["mutants"].items()
        if one["found"] == SURVIVED
    }
