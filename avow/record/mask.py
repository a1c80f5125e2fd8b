"""Carry masks of 256 bits between Python (int) and PostgreSQL (bit(256), highest bit first)."""

from typing import TYPE_CHECKING, Any

from django.db import models

from avow.terms import CONDITIONS, MASK_BITS, TOPICS

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

    _Field = models.Field[int | None, int | None]
else:
    _Field = models.Field

CHOICES = (1 << CONDITIONS) - 1 | (1 << MASK_BITS) - (1 << TOPICS)
"""The bits of the refused mask that people choose, and that therefore spread: scopes and topics, no conditions."""


def to_bits(mask: int) -> str:
    """Write a mask as 256 digits, bit 255 first."""
    return format(mask, f"0{MASK_BITS}b")


def from_bits(bits: str) -> int:
    """Read a mask from its digits."""
    return int(bits, 2)


def bits_of(mask: int) -> list[int]:
    """List the bits that are set, lowest first."""
    return [bit for bit in range(mask.bit_length()) if mask >> bit & 1]


class MaskField(_Field):
    """A column of 256 bits, an int in Python."""

    def db_type(self, connection: "BaseDatabaseWrapper") -> str:  # noqa: ARG002 -- Django's signature
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

    def db_type(self, connection: "BaseDatabaseWrapper") -> str:  # noqa: ARG002 -- Django's signature
        """Give the column's type."""
        return "bigint[]"
