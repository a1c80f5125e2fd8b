"""Know which site is asked for, and which policy stands on it."""

from datetime import UTC, datetime, timedelta
from functools import cache
from hashlib import sha256
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from django.http import HttpRequest

from avow.config import config
from avow.policy.document import Policy
from avow.policy.folder import load
from avow.policy.history import History
from avow.policy.proof.keeps import keeps
from avow.record.shown.versions import known
from avow.terms import Promise

_NEWS = timedelta(days=30)
STATIC = Path(__file__).parent / "static"
"""Folder of the files that never change under their address."""


@cache
def folder() -> History:
    """Give the versions of the policy as they stand in the folder; needs no database."""
    return load(config().policies)


def history() -> History:
    """Give the versions that are published; those of the folder where this process has not met the store yet."""
    return known() or folder()


def policy() -> Policy:
    """Give the version in force now."""
    return history().in_force(datetime.now(UTC))


@keeps(Promise.CHANGE_POSTED)
def news() -> tuple[Policy, ...]:
    """Give the published versions that change the policy soon, or did so in the last thirty days; oldest first.

    They are announced on every page from the moment in which they are published.
    """
    found, since = known(), datetime.now(UTC) - _NEWS
    policies = found.policies if found else ()
    return tuple(one for one in policies if one.front.follows and since < one.front.effective)


def address() -> str:
    """Give the public address of the site, with scheme, without a slash at the end."""
    return (config().site or f"http://{config().bind}").rstrip("/")


@keeps(Promise.SITES)
def covered(host: str) -> bool:
    """Say whether the policy covers a host; in development this machine and bare IP addresses count too."""
    try:
        name = urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return False
    if name in policy().front.sites or name == urlsplit(address()).hostname:
        return True
    return not config().production and (name == "localhost" or _numeric(name))


def _numeric(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True


@cache
def asset(name: str) -> str:
    """Give the address of a static file, with the digest of its bytes so that it may be kept for ever."""
    digest = sha256((STATIC / name).read_bytes()).hexdigest()[:12]
    return f"/static/{name}?v={digest}"


def near(request: HttpRequest) -> bool:
    """Say whether what only development may show can be shown: never in production, and to this machine alone.

    What a proxy handed on that is not trusted to tell from whom is from elsewhere.
    """
    found, meta = config(), request.META
    handed_on = "HTTP_X_FORWARDED_FOR" in meta or "HTTP_FORWARDED" in meta
    return not found.production and (bool(found.proxies) or not handed_on) and loopback(meta.get("REMOTE_ADDR", ""))


def loopback(address: str) -> bool:
    """Say whether an IP address is this machine's own; what is no IP address is not."""
    try:
        found = ip_address(address)
    except ValueError:
        return False
    return (getattr(found, "ipv4_mapped", None) or found).is_loopback
