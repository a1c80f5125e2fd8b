"""Carry columns that Django has no field for: masks and keyed hashes."""

from typing import TYPE_CHECKING, Any

from django.db import models

from avow.record.mask import from_bits, to_bits
from avow.terms import MASK_BITS

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

    _Field = models.Field[int | None, int | None]
else:
    _Field = models.Field


class MaskField(_Field):
    """A column of 256 bits, an int in Python."""

    def db_type(self, connection: "BaseDatabaseWrapper") -> str:
        """Give the column's type."""
        return f"bit({MASK_BITS})"

    def from_db_value(self, value: str | None, *_: Any) -> int | None:
        """Read the digits."""
        return None if value is None else from_bits(value)

    def get_prep_value(self, value: Any) -> Any:
        """Write the digits."""
        return to_bits(value) if isinstance(value, int) else value


class HashesField(_Field):
    """A column of hashes of 64 bits each, written by SQL alone."""

    def db_type(self, connection: "BaseDatabaseWrapper") -> str:
        """Give the column's type."""
        return "bigint[]"
