"""Print for a reader: to the width of a terminal, and whole where something else reads."""

import os
import sys

from rich.box import HEAVY_HEAD, Box
from rich.console import Console
from rich.table import Column, Table

_WIDE = 100_000


def screen(*, stderr: bool = False, highlight: bool = True) -> Console:
    """Give what to print on; a file or a pipe has room for whole lines, unless COLUMNS says how wide it is."""
    stream = sys.stderr if stderr else sys.stdout
    given = stream.isatty() or "COLUMNS" in os.environ
    return Console(stderr=stderr, highlight=highlight, width=None if given else _WIDE)


def table(*heads: str, title: str | None = None, box: Box | None = HEAVY_HEAD) -> Table:
    """Give a table with these columns, which goes on in the next line before it leaves anything out."""
    return Table(*(Column(head, overflow="fold") for head in heads), title=title, box=box)
