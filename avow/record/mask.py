"""Write masks of 256 bits as PostgreSQL reads them (bit(256), highest bit first), and read them back; pure."""

from avow.terms import CONDITIONS, MASK_BITS, TOPICS

CHOICES = (1 << CONDITIONS) - 1 | (1 << MASK_BITS) - (1 << TOPICS)
"""The bits of the refused mask that people choose, and that therefore spread: scopes and topics, no conditions."""


def to_bits(mask: int) -> str:
    """Write a mask as 256 digits, bit 255 first."""
    return format(mask, f"0{MASK_BITS}b")


def from_bits(bits: str) -> int:
    """Read a mask from its digits."""
    return int(bits, 2)


def unpacked(word: bytes) -> int:
    """Read a mask from PostgreSQL's binary form: four bytes that count its bits, then the bits, the highest first."""
    return int.from_bytes(word[4:], "big")


def bits_of(mask: int) -> list[int]:
    """List the bits that are set, lowest first."""
    return [bit for bit in range(mask.bit_length()) if mask >> bit & 1]
