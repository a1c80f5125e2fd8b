"""Find the problem that an error is, so that programs are told of it in one shape."""

import logging
from datetime import timedelta
from http import HTTPStatus
from typing import Final

from django.core.exceptions import SuspiciousOperation
from django.db import connection
from django.http import HttpRequest, UnreadablePostError

from avow.api.problem import Problem
from avow.errors import AvowError, Denied, KeyReused
from avow.page.failure import Failure
from avow.page.limit import limit
from avow.page.middleware import AWAY
from avow.store.beside import mend_beside

_HOUR: Final = timedelta(hours=1)
_MOST_WRONG: Final = 60
"""Tokens and signatures that are not ours, from one network in an hour."""


def trouble(request: HttpRequest, error: Exception, *, kept: bool = False) -> Problem:
    """Give the problem that an error is; what we do not know is our mistake, and is logged.

    `kept` says that the store is away and each no of the request is kept on the disk.
    """
    if isinstance(error, Problem):
        return _counted(request, error) if error.status is HTTPStatus.UNAUTHORIZED else error
    if isinstance(error, Denied):
        return Problem(HTTPStatus.FORBIDDEN, error.args[0], error.hint)
    if isinstance(error, KeyReused):
        return Problem(HTTPStatus.CONFLICT, error.args[0], error.hint)
    if isinstance(error, AWAY):
        connection.close()
        mend_beside()
        told = "each no in it is kept, and nothing else of it" if kept else ""
        return Problem(HTTPStatus.SERVICE_UNAVAILABLE, told, "try again in a minute", retry=30)
    if isinstance(error, AvowError):
        return Problem(HTTPStatus.UNPROCESSABLE_ENTITY, str(error.args[0]), error.hint)
    return _unknown(error)


def _unknown(error: Exception) -> Problem:
    if isinstance(error, SuspiciousOperation | UnreadablePostError):
        return Problem(HTTPStatus.BAD_REQUEST, "this request cannot be read", "send it whole, with fewer names")
    logging.getLogger("django.request").error("Internal Server Error: %s", "the API", exc_info=error)
    return Problem(HTTPStatus.INTERNAL_SERVER_ERROR, "", "try again in a while")


def _counted(request: HttpRequest, problem: Problem) -> Problem:
    """Count what nobody signed or who has no token; a network that tries many is told to come again later."""
    try:
        limit(request, "api", _MOST_WRONG, _HOUR)
    except Failure:
        return Problem(HTTPStatus.TOO_MANY_REQUESTS, "too many tokens were wrong", retry=int(_HOUR.total_seconds()))
    except AWAY:
        return Problem(HTTPStatus.SERVICE_UNAVAILABLE, "", "try again in a minute", retry=30)
    return problem
