"""List every setting, what it means and what it is: `avow settings`."""

import re
from typing import Annotated

import typer
from pydantic_core import PydanticUndefined

from avow.cli.screen import screen, table
from avow.config import FILE, Config, config, variable

_SECRET = re.compile(r"(://[^:/@]*):[^@]*@")


def settings(
    markdown: Annotated[bool, typer.Option("--markdown", help="Print the reference page.")] = False,
) -> None:
    """List every setting, its value here and what it means; passwords are not shown."""
    if markdown:
        typer.echo(reference(), nl=False)
        return
    lines = table("setting", "value", "meaning", title=f"From the environment, or from the file {FILE}")
    for name, field in Config.model_fields.items():
        lines.add_row(variable(name), _shown(name), field.description)
    screen().print(lines)


def _shown(name: str) -> str:
    """Give a value as it may be seen."""
    value = str(getattr(config(), name))
    return "..." if value and name == "oidc_secret" else _SECRET.sub(r"\1:...@", value)


def reference() -> str:
    """Give the reference page of the settings, in Markdown."""
    parts = [_HEAD]
    for name, field in Config.model_fields.items():
        default = _default(name)
        parts.append(f"## {variable(name)}\n\n{field.description}\n\nDefault: {default}\n")
    return "\n".join(parts)


_HEAD = f"""# Settings

<!-- made by `avow settings --markdown`; edit avow/config.py instead -->

Each setting is a variable of the environment, or a line `NAME=value` in the file `{FILE}` in the working folder.
The environment wins. A name that begins with `AVOW_` and is none of these is an error, so a misspelt setting is never
silently left out. `avow settings` shows what is set here.
"""


def _default(name: str) -> str:
    field = Config.model_fields[name]
    if name == "data":
        return "`var`; under root, where nobody else could reach the working folder, `/var/lib/avow/data`"
    if field.default is PydanticUndefined or field.default in ("", None):
        return "empty"
    return f"`{str(field.default).lower() if isinstance(field.default, bool) else field.default}`"
