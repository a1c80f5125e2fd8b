"""Name the mail server that messages are handed to."""

import ipaddress
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from avow.errors import ConfigError

_HINT = "write smtp://[login:password@]host[:port] or smtps://..."


@dataclass(frozen=True, slots=True)
class Server:
    """Where to connect, whether TLS comes first, and as whom."""

    host: str
    port: int
    tls: bool = False
    login: str = ""
    password: str = ""

    @property
    def near(self) -> bool:
        """Say whether the server is on this machine, so that no wire needs secrecy."""
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return self.host == "localhost"


def server(url: str) -> Server:
    """Read AVOW_SMTP; raise ConfigError for what is no such address."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise ConfigError(f"AVOW_SMTP: {error}", _HINT) from error
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname or parts.path.strip("/"):
        raise ConfigError("AVOW_SMTP is not the address of a mail server", _HINT)
    tls = parts.scheme == "smtps"
    return Server(
        parts.hostname, port or (465 if tls else 25), tls, unquote(parts.username or ""), unquote(parts.password or "")
    )
