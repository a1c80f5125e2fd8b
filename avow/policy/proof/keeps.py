"""Say on the code itself which promise it keeps, and on a test which promise it proves."""

from collections.abc import Callable
from typing import TypeVar

from avow.terms import Promise

Function = TypeVar("Function", bound=Callable[..., object])


def keeps(*promises: Promise) -> Callable[[Function], Function]:
    """Mark a function as a keeper of promises; the function itself stays as it is."""
    return _marked("keeps", promises)


def proves(*marks: Promise | str) -> Callable[[Function], Function]:
    """Mark a test as a proof of promises; sentence ids such as "S24" may stand beside them."""
    promises = tuple(mark for mark in marks if isinstance(mark, Promise))
    return _marked("proves", promises)


def _marked(verb: str, promises: tuple[Promise, ...]) -> Callable[[Function], Function]:
    if not promises:
        raise TypeError(f"@{verb} needs a promise, such as Promise.OPTOUT_BY_LINK")
    return lambda function: function
