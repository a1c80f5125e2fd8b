"""Write the pages that are generated from the code, so that they cannot disagree with it."""

import json
from collections.abc import Callable, Iterator
from enum import Enum
from inspect import getdoc
from pathlib import Path

from typer.core import TyperArgument, TyperCommand, TyperGroup, TyperOption
from typer.main import get_command

from avow import terms
from avow.api.page import line
from avow.api.problem import KINDS
from avow.api.routes import ROUTES
from avow.cli.main import app
from avow.page.health.checks import CHECKS
from avow.terms import Promise
from avow.words import WORDS
from bench.verdict import verdict
from tests.mutation.page import page as mutation

ROOT = Path(__file__).parent.parent


def glossary() -> str:
    """Give the glossary: the words of the house, then each closed vocabulary."""
    lines = ["# Glossary", "", "| word | means | elsewhere called |", "|---|---|---|"]
    lines += [f"| {word} | {means} | {known} |" for word, means, known in WORDS]
    for vocabulary in _vocabularies():
        values = ", ".join(f"`{_shown(member)}`" for member in vocabulary)
        lines += ["", f"## {vocabulary.__name__}", "", getdoc(vocabulary) or "", "", values]
    return "\n".join(lines) + "\n"


def promises() -> str:
    """Give the closed list of promises with their meaning and the sentences of the reference policy."""
    lines = ["# Promises", "", "What a clause can promise, and which sentences of the reference policy say so.", ""]
    lines += ["| promise | means | sentences |", "|---|---|---|"]
    lines += [f"| `{p.slug}` | {p.meaning} | {', '.join(p.sentences)} |" for p in Promise]
    return "\n".join(lines) + "\n"


def commands() -> str:
    """Give every command with its arguments and options, as its help says them."""
    lines = ["# Commands", "", "Each command says this itself with `--help`. Settings: [settings](settings.md)."]
    for name, command in _commands("avow", get_command(app)):
        words = [_argument(one) for one in command.params if isinstance(one, TyperArgument)]
        lines += ["", f"## {name}", "", f"`{' '.join([name, *words])}`", "", command.help or ""]
        told = [one for one in map(_told, command.params) if one]
        lines += ["", "| given | means | if left out |", "|---|---|---|", *told] if told else []
    return "\n".join(lines) + "\n"


def api() -> str:
    """Give every address of the API: what it does, takes and answers; then every kind of problem."""
    lines = [
        "# The API",
        "",
        "A running site shows the same at `/api/`, and for machines at `/api/openapi.json` (OpenAPI 3.1).",
    ]
    lines += ["How to let a program in: [let programs in](../howto/let-programs-in.md)."]
    for found in map(line, ROUTES):
        route = found.route
        lines += ["", f"## {route.method} {route.path}", "", f"{found.summary} {found.more}".strip(), ""]
        lines += [f"Needs the act `{route.act.value}`; at most {route.most} in a minute, of each process that serves."]
        lines += ["It takes an `Idempotency-Key`."] if route.keyed else []
        lines += (
            ["", "| takes | |", "|---|---|", *(f"| `{n}` | {what} |" for n, what in found.takes)] if found.takes else []
        )
        lines += ["", "| answers | |", "|---|---|", *(f"| `{n}` | {what} |" for n, what in found.answers)]
    lines += ["", "## Problems", "", "| kind | status | means |", "|---|---|---|"]
    lines += [f"| `{anchor}` | {status.value} | {title} |" for status, (anchor, title) in KINDS.items()]
    return "\n".join(lines) + "\n"


def checks() -> str:
    """Give every check of the doctor: what it finds wrong and what to do."""
    lines = [
        "# Checks",
        "",
        "What `avow doctor` looks at. The ids stay the same; `avow doctor --json` gives them too.",
        "",
    ]
    lines += ["| id | looks at | is wrong when | do |", "|---|---|---|---|"]
    lines += [f"| `{one.id}` | {one.title} | {one.wrong} | {one.do} |" for one in CHECKS]
    return "\n".join(lines) + "\n"


def _commands(name: str, found: object) -> Iterator[tuple[str, TyperCommand | TyperGroup]]:
    """Give each command under a name, in the order of the help, with all the words that call it."""
    if isinstance(found, TyperGroup):
        if found.invoke_without_command:
            yield name, found
        for word, command in found.commands.items():
            yield from _commands(f"{name} {word}", command)
    elif isinstance(found, TyperCommand):
        yield name, found


def _argument(one: TyperArgument) -> str:
    word = one.metavar or (one.name or "").upper()
    return word if one.required or word.startswith("[") else f"[{word}]"


def _told(one: object) -> str:
    """Give the row of an argument or option; nothing for what is hidden or says nothing."""
    if not isinstance(one, TyperArgument | TyperOption) or one.hidden:
        return ""
    names = _argument(one) if isinstance(one, TyperArgument) else "`, `".join([*one.opts, *one.secondary_opts])
    default = one.default.value if isinstance(one.default, Enum) else one.default
    if one.required:
        left = "it must be given"
    elif isinstance(default, bool):
        left = f"`{one.opts[0]}`" if default else ""
    else:
        left = f"`{default}`" if default not in (None, "", [], ()) else ""
    return f"| `{names}` | {one.help or ''} | {left} |"


_REACHED = {"goal": "the aim", "resolve": "yes", "SHORT": "**not yet**"}


def readme() -> str:
    """Give the README with the figures of the last bench."""
    before, rest = (ROOT / "README.md").read_text().split("<!-- figures -->\n")
    after = rest.split("<!-- /figures -->")[1]
    results = json.loads((ROOT / "bench" / "results.json").read_text())
    lines = ["| what | measured | against | ratio | must reach | aim | reached |", "|---|---:|---|---:|---:|---:|---|"]
    lines += [
        f"| {r['name'].replace('.', ': ', 1)} | {r['value']} {r['unit']}"
        f" | {'' if r['against'] == 'limit' else r['against']} | {'' if r['against'] == 'limit' else r['ratio']}"
        f" | {'at most ' if r['better'] == 'lower' else ''}{r['resolve']} | {r['goal']} | {_REACHED[verdict(r)]} |"
        for r in results
    ]
    return f"{before}<!-- figures -->\n{chr(10).join(lines)}\n<!-- /figures -->{after}"


def _vocabularies() -> Iterator[type[Enum]]:
    for value in vars(terms).values():
        if isinstance(value, type) and issubclass(value, Enum) and value.__module__ == terms.__name__:
            yield value


def _shown(member: Enum) -> str:
    return (
        member.slug
        if isinstance(member, Promise)
        else str(member.value if isinstance(member.value, str) else member.name.lower())
    )


PAGES: dict[Path, Callable[[], str]] = {
    ROOT / "docs/glossary.md": glossary,
    ROOT / "docs/reference/promises.md": promises,
    ROOT / "docs/reference/commands.md": commands,
    ROOT / "docs/reference/checks.md": checks,
    ROOT / "docs/reference/api.md": api,
    ROOT / "docs/evidence/mutation.md": mutation,
    ROOT / "README.md": readme,
}


def write() -> None:
    """Write every generated page."""
    for path, page in PAGES.items():
        path.write_text(page())
