"""Slow down whoever asks too often, without keeping who that is."""

import hashlib
import hmac
from datetime import timedelta
from http import HTTPStatus
from ipaddress import ip_address, ip_network

from django.http import HttpRequest

from avow.page.failure import Failure
from avow.record.limits import allow
from avow.store.keys import key

_IPV6_NETWORK = 64


def limit(request: HttpRequest, act: str, most: int, within: timedelta) -> None:
    """Raise a Failure (429) when a network did an act more than `most` times within a time."""
    if not allow(f"{act}:{_network(request)}", most, within):
        raise Failure(HTTPStatus.TOO_MANY_REQUESTS)


def _network(request: HttpRequest) -> str:
    """Give the network that asks as a keyed digest: an IPv4 address, or the /64 that a household has in IPv6."""
    text = request.META.get("REMOTE_ADDR", "")
    try:
        found = ip_address(text)
    except ValueError:
        found = None
    if found is not None and found.version == 6:  # noqa: PLR2004 -- IPv6
        text = str(ip_network((found, _IPV6_NETWORK), strict=False))
    return hmac.digest(key("token"), b"network\0" + text.encode(), hashlib.sha256).hex()[:24]
