"""Test the log: an error is told of, and nobody is."""

import io
import logging

from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import path

from avow.logs import FIELDS, Scrubbed
from avow.record.inventory import inventory

LINK = "p0123456789abcdef.QmVsYQ"


def broken(_request: HttpRequest, token: str) -> HttpResponse:
    """Fail with a person's data in the message."""
    raise ValueError(f"bela@example.org did not fit {token}")


urlpatterns = [path("broken/<str:token>/", broken)]


def test_an_error_is_told_without_whom_it_hit() -> None:
    """A fault of ours leaves a line with its type and place, and neither the token nor the address."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(Scrubbed())
    logger = logging.getLogger("django.request")
    logger.addHandler(handler)
    with override_settings(ROOT_URLCONF="tests.units.test_logs"):
        Client(raise_request_exception=False, HTTP_HOST="localhost").get(f"/broken/{LINK}/?address=bela@example.org")
    logger.removeHandler(handler)
    line = written.getvalue()
    assert "error GET /broken/.../ 500 ValueError at tests/units/test_logs.py:" in line
    assert LINK not in line
    assert "bela" not in line


def test_a_record_without_a_request() -> None:
    """What is logged elsewhere is named by its place; its message, which may tell of somebody, is left out."""
    record = logging.LogRecord("django.x", logging.ERROR, "f.py", 7, "no %s", ("bela@example.org",), None)
    assert Scrubbed().format(record).endswith("error django.x:7")


def test_an_exception_from_outside() -> None:
    """A fault that never passed our code is named by its type."""
    error = KeyError("bela@example.org")
    record = logging.LogRecord("django.x", logging.ERROR, "f.py", 7, "no", (), (KeyError, error, None))
    assert "KeyError" in Scrubbed().format(record)
    assert "bela" not in Scrubbed().format(record)


def test_every_field_is_declared() -> None:
    """The inventory names just the fields that a line can hold."""
    declared = {line.name.partition(".")[2] for line in inventory() if line.table == "log"}
    assert declared == set(FIELDS)
