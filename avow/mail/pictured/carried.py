"""Hold a picture that goes along with a message, and say how its words call it."""

import base64
import re
from dataclasses import dataclass, field
from typing import Final

SCHEME: Final = "picture:"
"""What a message's words call a picture by, before its name."""
NAME: Final = r"[0-9a-f]{32}"
"""How names read: the first half of the SHA-256 of the bytes."""
SHOWN: Final = re.compile(rf"{SCHEME}({NAME})(?![0-9a-f])")
"""How a message's words show a picture."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture: its name, its type, its bytes, its width and height in pixels, and our host.

    `host` completes the id by which the HTML of a message shows it.
    """

    name: str
    type: str
    data: bytes = field(repr=False)
    width: int
    height: int
    host: str

    @property
    def file(self) -> str:
        """Give the name of its file."""
        return f"{self.name}.{self.type.partition('/')[2]}"

    @property
    def cid(self) -> str:
        """Give its id in a message (RFC 2392): the same for everybody."""
        return f"{self.name}@{self.host}"

    @property
    def inline(self) -> str:
        """Give it as an address that holds it whole, for a page that may fetch nothing."""
        return f"data:{self.type};base64,{base64.b64encode(self.data).decode()}"
