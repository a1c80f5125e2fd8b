"""Read every setting once, from the environment and one file, typed and checked."""

import os
import pwd
import re
from collections.abc import Iterable
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from dotenv import dotenv_values
from pydantic import AfterValidator, Field, ValidationError
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, SettingsConfigDict

from avow.errors import ConfigError

PREFIX = "AVOW_"
FILE = "avow.env"
ROOTS_DATA = Path("/var/lib/avow/data")
"""Where data lives under root, when the account that runs PostgreSQL cannot reach the working folder."""


def account() -> pwd.struct_passwd | None:
    """Give the account that PostgreSQL runs as under root (avow if there is one, else nobody); None is our own."""
    if os.geteuid():
        return None
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    return known.get("avow") or known["nobody"]


def reachable(path: Path, who: pwd.struct_passwd | None) -> bool:
    """Say whether an account may enter every folder down to a path that exists, or will exist, there."""
    if who is None:
        return True
    return all(_enters(folder, who) for folder in (path, *path.parents) if folder.is_dir())


def _enters(folder: Path, who: pwd.struct_passwd) -> bool:
    found = folder.stat()
    if found.st_uid == who.pw_uid:
        return bool(found.st_mode & 0o100)
    return bool(found.st_mode & (0o010 if found.st_gid == who.pw_gid else 0o001))


def default_data() -> Path:
    """Give ./var, or /var/lib/avow/data where the account that runs PostgreSQL cannot reach the working folder."""
    return Path("var") if reachable(Path.cwd(), account()) else ROOTS_DATA


def _site(value: str) -> str:
    parts = urlsplit(value)
    if value and (parts.scheme not in {"http", "https"} or not parts.netloc or parts.path.strip("/") or parts.query):
        raise ValueError("give scheme and host alone, as in https://www.example.com")
    return value.rstrip("/")


def _issuer(value: str) -> str:
    parts = urlsplit(value)
    if value and (parts.scheme not in {"http", "https"} or not parts.netloc):
        raise ValueError("give the issuer's address, as in https://login.example.com")
    return value


def _bind(value: str) -> str:
    host, _, port = value.rpartition(":")
    if not host or not port.isdigit() or int(port) > 65535:  # noqa: PLR2004 -- the highest port there is
        raise ValueError("give address:port, as in 127.0.0.1:8000")
    return value


def _smtp(value: str) -> str:
    if value and (urlsplit(value).scheme not in {"smtp", "smtps"} or not urlsplit(value).hostname):
        raise ValueError("give smtp://[login:password@]host:port or smtps://[login:password@]host:port")
    return value


def paces(value: str) -> dict[str, int]:
    """Read domain=messages-a-minute words; raise ValueError for what is none."""
    found = {}
    for word in value.lower().split():
        domain, _, pace = word.partition("=")
        if not re.fullmatch(r"[a-z0-9.-]+", domain) or not re.fullmatch(r"[1-9][0-9]{0,6}", pace):
            raise ValueError("give domains with messages a minute, as in example.org=600 example.net=60")
        found[domain] = int(pace)
    return found


def _paced(value: str) -> str:
    paces(value)
    return value


def _mailbox(value: str) -> str:
    local, _, domain = value.rpartition("@")
    if value and (not re.fullmatch(r"[a-z0-9._-]{1,14}", local) or not re.fullmatch(r"[a-z0-9.-]+", domain)):
        raise ValueError("give a mailbox like bounce@example.com, in small letters, at most 14 of them before the @")
    return value


def _dkim(value: str) -> str:
    if value and not re.fullmatch(r"([a-z0-9-]+\.)+[a-z0-9-]+:[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?", value):
        raise ValueError("give domain:name, as in example.com:avow1; `avow mailing dkim` makes the keys")
    return value


def _imap(value: str) -> str:
    parts = urlsplit(value)
    if value and not (parts.scheme in {"imap", "imaps"} and parts.hostname and parts.username and parts.password):
        raise ValueError("give imaps://login:password@host[:port]/folder; signs other than letters and digits as %40")
    return value


def _reply(value: str) -> str:
    if value and not re.fullmatch(r"[A-Za-z0-9._+-]{1,64}@[A-Za-z0-9.-]{1,190}", value):
        raise ValueError("give one mailbox like news@example.com")
    return value


def senders(value: str) -> dict[str, str]:
    """Read `Name <mailbox>` words, parted by commas, as mailbox to name; raise ValueError for what is none."""
    found = {}
    for word in value.split(",") if value.strip() else ():
        one = re.fullmatch(r'\s*([^<>@"\\]{1,80}?)\s*<([A-Za-z0-9._+-]{1,64}@[A-Za-z0-9.-]{1,190})>\s*', word)
        if one is None or not one[1].isprintable() or one[2] in found:
            raise ValueError("give senders like News of the harbour <news@example.com>, each once, commas between")
        found[one[2]] = one[1]
    return found


def _sent_as(value: str) -> str:
    senders(value)
    return value


def _database(value: str) -> str:
    if value and urlsplit(value).scheme not in {"postgresql", "postgres"}:
        raise ValueError("give postgresql://role:password@host/database; PostgreSQL is the only database")
    return value


def _absolute(value: Path | None) -> Path | None:
    return value.absolute() if value and str(value) != "." else None


class Config(BaseSettings):
    """Hold every setting of Avow: AVOW_NAME in the environment or, less strong, in the file `avow.env`."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_file=FILE, extra="ignore", frozen=True, populate_by_name=True, validate_default=True
    )

    data: Annotated[Path, AfterValidator(Path.absolute)] = Field(
        default_factory=default_data,
        description="Folder of the embedded database, the keys, the journal, the spool and captured mail;"
        " private to its owner.",
    )
    bind: Annotated[str, AfterValidator(_bind)] = Field(
        default="127.0.0.1:8000", description="Address and port that the site listens on."
    )
    site: Annotated[str, AfterValidator(_site)] = Field(
        default="", description="Public address of the site, scheme and host; made from `AVOW_BIND` if empty."
    )
    database_url: Annotated[str, AfterValidator(_database)] = Field(
        default="",
        validation_alias="DATABASE_URL",
        description="PostgreSQL 15 or later, as the role `avow_app`; embedded if empty.",
    )
    owner_url: Annotated[str, AfterValidator(_database)] = Field(
        default="", description="The same database as its owner; only `avow setup`, `restore` and `scrub` need it."
    )
    backup_url: Annotated[str, AfterValidator(_database)] = Field(
        default="",
        description="The same database as the role `avow_backup`; only `avow ledger fsck` and `avow backup` need it.",
    )
    policies: Path = Field(default=Path("policies/example"), description="Folder of the policy's versions.")
    production: bool = Field(
        default=False, description="Refuse what only development may do: captured mail, plain http."
    )
    smtp: Annotated[str, AfterValidator(_smtp)] = Field(
        default="", description="`smtp://[login:password@]host:port` or `smtps://...`; mail is captured if empty."
    )
    connections: int = Field(
        default=5,
        ge=1,
        le=100,
        description="Connections to the mail server of each process that sends.",
    )
    throttle: Annotated[str, AfterValidator(_paced)] = Field(
        default="",
        description="Messages a minute to recipients of a domain, as in `example.org=600 example.net=60`; others are"
        " not held back.",
    )
    lmtp: str = Field(
        default="", description="Where `avow lmtp` takes letters: the path of a Unix socket, or address:port."
    )
    imap: Annotated[str, AfterValidator(_imap)] = Field(
        default="",
        description="Mailbox that letters are fetched from, as imaps://login:password@host/folder; off if empty.",
    )
    returned: Annotated[str, AfterValidator(_mailbox)] = Field(
        default="",
        validation_alias="AVOW_RETURN",
        description="Mailbox that undeliverable messages come back to, each under a tag of its own; off if empty.",
    )
    dkim: Annotated[str, AfterValidator(_dkim)] = Field(
        default="",
        description="Domain and name of the keys that sign what goes out, as in example.com:avow1; unsigned if empty.",
    )
    reply_to: Annotated[str, AfterValidator(_reply)] = Field(
        default="",
        description="Mailbox that answers to mailings go to; the policy's own if empty. `avow lmtp` should get it too.",
    )
    senders: Annotated[str, AfterValidator(_sent_as)] = Field(
        default="",
        description="More senders that a mailing may go out as, and that answers may go to, as in"
        " `News of the harbour <news@example.com>`, commas between; `avow lmtp` should get their letters too.",
    )
    authserv: str = Field(
        default="",
        description="Name of your border mail server in Authentication-Results; others are not read.",
    )
    letters: int = Field(default=90, ge=1, description="Days that letters are kept as they came, byte for byte.")
    replies: int = Field(default=60, ge=0, description="Letters that are answered by the program in one hour, at most.")
    proxies: int = Field(
        default=0, ge=0, le=5, description="Trusted proxies in front, which set X-Forwarded-For and X-Forwarded-Proto."
    )
    oidc_issuer: Annotated[str, AfterValidator(_issuer)] = Field(
        default="",
        description="OpenID Connect issuer that may vouch for staff, as in https://login.example.com; none if empty.",
    )
    oidc_client: str = Field(default="", description="Client id of this site at that issuer.")
    oidc_secret: str = Field(default="", description="Client secret of this site at that issuer.")
    oidc_name: str = Field(default="single sign-on", description="What the sign-in page of staff calls that issuer.")
    staff_named: bool = Field(
        default=False, description="Tell people the names of staff who read their data; only their roles if false."
    )
    reads_alarm: int = Field(
        default=200, ge=1, description="Reads of people by one member of staff on one day from which the desk warns."
    )
    journal: Annotated[Path | None, AfterValidator(_absolute)] = Field(
        default=None,
        description="Folder of the journal of rights and of the ledger, best on another disk;"
        " `AVOW_DATA/journal` if empty.",
    )
    quiet_hour: int = Field(
        default=3, ge=0, le=23, description="Hour (UTC) from which `avow work` scrubs what was forgotten off the disk."
    )
    unproven: int = Field(
        default=30, ge=1, description="Days after which people are forgotten who never proved the address they typed."
    )
    approvals: int = Field(
        default=2,
        ge=1,
        le=2,
        description="Members of staff who approve a plan before its version is published; 1 where there is but one.",
    )
    alone: int = Field(
        default=100, ge=0, description="People whose data one may export; for more, two members of staff attest it."
    )


def variable(name: str) -> str:
    """Give the environment variable of a setting."""
    return str(Config.model_fields[name].validation_alias or f"{PREFIX}{name.upper()}")


VARIABLES = {variable(name): name for name in Config.model_fields}
"""Every variable that is read, and the setting it sets."""


def unknown(names: Iterable[str]) -> list[str]:
    """Give one line for each AVOW_ variable that no setting reads, with the nearest that one does."""
    lines = []
    for name in sorted(n for n in names if n.upper().startswith(PREFIX) and n.upper() not in VARIABLES):
        near = get_close_matches(name.upper(), VARIABLES, 1, 0.6)
        lines.append(f"{name} is not a setting" + (f"; did you mean {near[0]}?" if near else ""))
    return lines


@cache
def config() -> Config:
    """Give the settings; raise ConfigError that names each wrong or unknown one."""
    strangers = unknown({*os.environ, *dotenv_values(FILE)})
    if strangers:
        raise ConfigError("; ".join(strangers), "`avow settings` lists every setting")
    try:
        return Config()
    except ValidationError as error:
        raise ConfigError("; ".join(map(_told, error.errors())), "`avow settings` lists every setting") from error


def fit_for_production() -> None:
    """Raise ConfigError that names what production lacks; whoever begins to serve or to send asks first."""
    lacks = []
    if urlsplit(config().site).scheme != "https":
        lacks.append("AVOW_SITE=https://...")
    if not config().smtp:
        lacks.append("AVOW_SMTP=smtp://host:port")
    if config().production and lacks:
        raise ConfigError(
            "AVOW_PRODUCTION allows no plain http and no captured mail", f"set {' and '.join(lacks)}, or leave it out"
        )


_NUMBERS = {"int_parsing", "int_from_float", "greater_than_equal", "less_than_equal"}


def _told(error: ErrorDetails) -> str:
    """Say in one line which setting is wrong and why; the value stays unsaid, it may hold a password."""
    name = str(error["loc"][0])
    return f"{variable(name) if name in Config.model_fields else name}: {_asked(error, name)}"


def _asked(error: ErrorDetails, name: str) -> str:
    """Say what to give instead."""
    if error["type"] == "bool_parsing":
        return "give true or false"
    if error["type"] in _NUMBERS:
        bounds = Config.model_json_schema()["properties"][name]
        least, most = bounds["minimum"], bounds.get("maximum")
        return f"give a whole number from {least} {'on' if most is None else f'to {most}'}"
    return error["msg"].removeprefix("Value error, ")
