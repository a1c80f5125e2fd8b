"""Take what somebody posts: said to be public beforehand, kept as an item, decided, and put in its place."""

from datetime import timedelta
from http import HTTPStatus
from typing import Final
from uuid import UUID

from django.utils.translation import gettext as _

from avow.collection.forum.shown.form import Form, here, take_in
from avow.collection.seen.sealed import Seen
from avow.gate.clear import clear
from avow.gate.seen.each import to_anybody
from avow.page.failure import Failure
from avow.page.signed.session import Signed
from avow.policy.proof.keeps import keeps
from avow.record.forum.posts import add, begin
from avow.record.key import new_key
from avow.record.limits import allow
from avow.record.taken.whole import whole
from avow.terms import Promise

MOST_AN_HOUR: Final = 20
"""Posts of one person."""
_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)


@keeps(Promise.FORUM)
def say(who: Signed, seen: Seen, form: Form, board: str, thread: UUID | None = None) -> tuple[UUID, int] | None:
    """Post what was typed, at the end of a thread or as the first of a new one; give thread and number.

    What is sent twice is posted once: None the second time. That anybody may read it is decided here and stands in
    the ledger; where the gate says no, nothing is kept.
    Raises a Failure (429) for too many posts within an hour.
    """
    with whole():
        if not allow(f"post:{seen.showing}", 1, _DAY):
            return None
        if not allow(f"posts:{who.person}", MOST_AN_HOUR, _HOUR):
            raise Failure(
                HTTPStatus.TOO_MANY_REQUESTS,
                _("At most {count} posts an hour are taken from one person.").format(count=MOST_AN_HOUR),
            )
        asked, key = here(), new_key()
        take_in(who, seen, {asked.subject: form.value(asked.subject), asked.words: form.value(asked.words)}, key)
        request = to_anybody()
        if request is None or not clear(request, [who.person]).allowed:
            raise Failure(
                HTTPStatus.CONFLICT, "Nothing of yours may be shown to anybody just now.", "Write to us first."
            )
        found = thread or begin(board)
        return found, add(who.person, key, asked.words[0], found)
