"""Write a value into a cell of a sheet."""

from typing import Final

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n")


def cell(value: str) -> str:
    """Make text of what a spreadsheet would run."""
    return f"'{value}" if value.startswith(_FORMULA) else value
