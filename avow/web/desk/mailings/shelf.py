"""Show the mailings there are, and begin a new one."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_POST

from avow.errors import MailError
from avow.mail.course.draft import Mailing, draft, mailing, mailings
from avow.mail.form.given.opening import Opening, opening
from avow.mail.mailing import Listed, lists
from avow.mail.queue.still import MailingState
from avow.page.failure import Failure, sentence
from avow.page.site import policy
from avow.page.staff.desk import desk, show
from avow.page.staff.models import Staff
from avow.terms import Role

WRITERS: Final = (Role.MARKETING,)
"""Who writes mailings and lets them go."""
WATCHERS: Final = (Role.MARKETING, Role.PRIVACY_OFFICER)
"""Who sees what becomes of them, and may hold them back: stopping is everybody's who answers for it."""
_BEGINNING: Final = "# \n\nHello {{ name | friend }},\n\n"
_WORDS: Final = {
    MailingState.DRAFT: "draft",
    MailingState.SCHEDULED: "scheduled",
    MailingState.EXPANDING: "being made",
    MailingState.SENDING: "on its way",
    MailingState.PAUSED: "paused",
    MailingState.CANCELLED: "cancelled",
    MailingState.DONE: "sent",
}


@dataclass(frozen=True, slots=True)
class Shelved:
    """A mailing as the shelf shows it: its list's title, its state in words."""

    mailing: Mailing
    list: str
    words: str


@desk(*WATCHERS)
def shelf(request: HttpRequest, who: Staff) -> HttpResponse:
    """Show the mailings that were touched last, and which lists can be written to."""
    found = lists()
    titles = {one.id: one.title for one in found}
    told = {
        "mailings": [Shelved(one, titles.get(one.list, one.list), _WORDS[one.state]) for one in mailings()],
        "lists": [one for one in found if one.purpose in policy().purposes],
        "writes": bool(set(WRITERS) & set(who.roles)),
    }
    return show(request, who, "web/desk/mailings/shelf.html", told)


@require_POST
@desk(*WRITERS)
def new(request: HttpRequest, who: Staff) -> HttpResponse:
    """Begin a draft to a list."""
    to = next((one for one in lists() if one.id == request.POST.get("list")), None)
    if to is None:
        raise Failure(HTTPStatus.BAD_REQUEST, "There is no such list.", "Go back, and pick one.")
    key = draft(to.id, _BEGINNING, who.id, shown=to.joined_only)
    return HttpResponseRedirect(f"/desk/mailings/{key}/write/")


def found(key: UUID) -> Mailing:
    """Give a mailing; raise a Failure (404) if there is none."""
    try:
        return mailing(key)
    except MailError as error:
        raise Failure(HTTPStatus.NOT_FOUND, "There is no such mailing.", "Look at the list of them.") from error


def title_of(list_id: str) -> str:
    """Give the title of a list, or its id where it is no more."""
    return next((one.title for one in lists() if one.id == list_id), list_id)


def state_words(one: Mailing) -> str:
    """Say in words how far a mailing came."""
    return _WORDS[one.state]


def given(words: str) -> Opening:
    """Part what is kept into what the form asks for; of words without a subject all are text."""
    try:
        return opening(words)
    except MailError:
        first, _, rest = words.partition("\n")
        return Opening(first[1:].strip(), rest.strip("\n")) if first.startswith("#") else Opening("", words)


def choices() -> list[Listed]:
    """Give the lists that can be written to under the policy in force."""
    return [one for one in lists() if one.purpose in policy().purposes]


def trouble(error: MailError) -> str:
    """Write what is wrong, and what to do, as sentences."""
    return f"{sentence(str(error.args[0]))} {sentence(error.hint)}".strip()
