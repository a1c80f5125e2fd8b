"""Make keys that sort by time and cannot be guessed: UUID version 7 (RFC 9562, section 5.7)."""

import os
import secrets
import time
from uuid import UUID

_LOW = (1 << 62) - 1
NOBODY = UUID(int=0)
"""The person_id of a choice by an address that is nobody's here."""


def new_key() -> UUID:
    """Make a UUIDv7: 48 bits of Unix time in milliseconds, 74 random bits."""
    millis, random = time.time_ns() // 1_000_000, int.from_bytes(secrets.token_bytes(10))
    value = (millis & (1 << 48) - 1) << 80 | 0x7 << 76 | (random >> 62 & 0xFFF) << 64 | 0b10 << 62 | random & _LOW
    return UUID(int=value)


def new_keys(count: int) -> list[bytes]:
    """Make many keys of one instant, as bytes."""
    now, random = (time.time_ns() // 1_000_000).to_bytes(8)[2:], os.urandom(10 * count)
    return [
        b"%b%c%c%c%b"
        % (now, 0x70 | random[i] & 0xF, random[i + 1], 0x80 | random[i + 2] & 0x3F, random[i + 3 : i + 10])
        for i in range(0, 10 * count, 10)
    ]
