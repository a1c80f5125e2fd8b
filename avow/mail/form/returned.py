"""Tag the return path of each message, so that what comes back finds the row that it is about (VERP)."""

import hashlib
import hmac
import re
from typing import Final

from avow.config import config
from avow.store.keys import key

_TAGGED: Final = re.compile(r"([0-9a-f]{32})-([0-9a-f]{14})")


def return_path(message_id: str, otherwise: str) -> str:
    """Give the envelope's sender of a message: the mailbox of AVOW_RETURN with a tag, or `otherwise` if not set."""
    local, _, domain = config().returned.rpartition("@")
    if not local:
        return otherwise
    name = message_id[1:33]
    return f"{local}+{name}-{_mac(name)}@{domain}"


def returned(tag: str, host: str) -> str | None:
    """Give the id of the message whose return path bears this tag; None if it is not ours, or was forged."""
    found = _TAGGED.fullmatch(tag.lower())
    if not found or not hmac.compare_digest(found[2], _mac(found[1])):
        return None
    return f"<{found[1]}@{host}>"


def _mac(name: str) -> str:
    return hmac.digest(key("token"), b"return\0" + name.encode(), hashlib.sha256).hex()[:14]
