"""Take what somebody writes again in a matter that they began, under the words that its page showed."""

from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Final

from django.http import HttpRequest

from avow.collection.matters.written import sayable, worded
from avow.collection.seen.form import SEAL
from avow.collection.seen.sealed import Seen, opened
from avow.errors import PolicyError, TokenError
from avow.page.failure import Failure
from avow.page.field import Field
from avow.page.site import history, policy
from avow.policy.document import Category, FormField, Policy
from avow.policy.proof.keeps import keeps
from avow.record.limits import allow
from avow.record.matters.matter import Matter, take_up
from avow.record.shown.stamp import stamp
from avow.record.taken.store import Given, keep
from avow.record.taken.whole import whole
from avow.terms import ChannelKind, FieldType, Promise
from avow.tongue import marked

WORDS: Final = Field("words", "What you want to say", FieldType.LONG_TEXT, required=True)
MOST_AN_HOUR: Final = 20
"""Replies of one person."""
_SHORT: Final = "Written again"
"""What stands where the words need a subject."""
_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)
_LATE: Final = marked("what becomes of it has changed since you opened this page: read it, then send")


def takes(now: Policy, channel: ChannelKind) -> bool:
    """Say whether a channel takes words by themselves, without what its form needs beside them but one short text."""
    if channel not in now.channels or not sayable(now, channel):
        return False
    beside = _beside(now.categories[worded(now, channel)])
    return len(beside) <= 1 and all(field.type is FieldType.TEXT for field in beside)


@keeps(Promise.CHANNELS_ONLY, Promise.SUPPORT, Promise.INQUIRIES)
def again(request: HttpRequest, found: Matter) -> Field | None:
    """Keep what was written as what its channel collects, under the words that were shown; the matter waits for us.

    What is sent twice is kept once. Gives the field where something is wrong with it. Raises a Failure (429) for too
    many within an hour.
    """
    field, seen = WORDS.filled(str(request.POST.get(WORDS.name, ""))), _seen(request, found.channel)
    if field.wrong:
        return field
    if not seen.stands(policy()) or seen.version != policy().front.version:
        return field.but(field.value, _LATE)
    told = history().version(seen.version)
    category = told.categories[worded(told, found.channel)]
    given = {_long(category): field.value} | {field.id: _SHORT for field in _beside(category)}
    with whole():
        if not allow(f"again:{seen.showing}", 1, _DAY):
            return None
        if not allow(f"agains:{found.person}", MOST_AN_HOUR, _HOUR):
            raise Failure(HTTPStatus.TOO_MANY_REQUESTS, f"At most {MOST_AN_HOUR} replies an hour are taken.")
        stamped = stamp(history(), seen.shown, "/me/said/", datetime.now(UTC))
        keep(stamped, [Given(category.id, given)], None, person=found.person, thread=found.id)
        take_up(found, (category.id, ""))
    return None


def _seen(request: HttpRequest, channel: ChannelKind) -> Seen:
    try:
        seen = opened(str(request.POST.get(SEAL, "")))
        history().version(seen.version)
    except (TokenError, PolicyError, ValueError) as error:
        raise Failure(HTTPStatus.BAD_REQUEST, "This page does not say what it showed you.") from error
    if seen.shown.channel is not channel:
        raise Failure(HTTPStatus.BAD_REQUEST, "This belongs to another page.")
    return seen


def _long(category: Category) -> str:
    return next(field.id for field in category.fields if field.type is FieldType.LONG_TEXT)


def _beside(category: Category) -> list[FormField]:
    """Give what must stand beside the words: a subject, or what no reply gives anew."""
    return [field for field in category.fields if field.required and field.id != _long(category)]
