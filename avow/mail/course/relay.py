"""Greet the mail server as the outbox does, and say what it is and what it offers."""

from dataclasses import dataclass

from avow.config import config
from avow.errors import AvowError
from avow.mail.smtp.server import server
from avow.mail.smtp.wire import wire


@dataclass(frozen=True, slots=True)
class Relay:
    """The way out: where it leads, whether it answered, what it offers, or what is wrong and what to do."""

    where: str
    answers: bool
    offers: tuple[str, ...]
    wrong: str = ""
    do: str = ""


def relay() -> Relay:
    """Open a connection with the greeting, the encryption and the login that mailings use, and close it again."""
    where = "captured on this machine, for development"
    try:
        if config().smtp:
            found = server(config().smtp)
            where = f"{found.host}, port {found.port}"
        with wire() as out:
            out.ready(1)
            return Relay(where, True, tuple(sorted(out.connections[0].offers)))
    except (AvowError, OSError) as error:
        return Relay(where, False, (), str(error), getattr(error, "hint", "") or "set or correct AVOW_SMTP")
