"""Open a form, fill it in, and count what is kept."""

import re
from html import unescape

import psycopg
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.test import Client


def shown(page: HttpResponseBase) -> str:
    """Give the seal that a page carries."""
    assert isinstance(page, HttpResponse)
    found = re.search(r'name="shown" value="([^"]+)"', page.content.decode())
    assert found
    return unescape(found[1])


def filled(site: Client, path: str = "/register/", **values: str) -> dict[str, str]:
    """Open a form and fill it in."""
    typed = {"shown": shown(site.get(path)), "contact.email": "alice@example.org"}
    if path == "/inquiry/":
        typed |= {"inquiry.subject": "Prices", "inquiry.message": "How much?"}
    return typed | {name.replace("__", "."): value for name, value in values.items()}


def count(owner: psycopg.Connection, table: str) -> int:
    """Count the rows of a table."""
    row = owner.execute(f"SELECT count(*) FROM {table}").fetchone()
    assert row
    return int(row[0])


def mailed(owner: psycopg.Connection) -> str:
    """Give the path of the newest link that waits to be mailed."""
    row = owner.execute("SELECT given->>'link' FROM outgoing ORDER BY at DESC LIMIT 1").fetchone()
    assert row
    return "/" + str(row[0]).split("/", 3)[3]
