"""Say what a mailing still lacks, before anybody gets it."""

from avow.errors import AvowError, MailError
from avow.mail.form.form import Form
from avow.mail.form.letterhead import duties, letterhead
from avow.mail.mailing import compiled, listed
from avow.record.shown.versions import in_force
from avow.uses.checked.carried import carried
from avow.uses.checked.point import Point

_CLIPPED = 100_000
_OURS = (
    ("Why somebody gets this", "the date, the source and the version stand at its end, for each person"),
    ("A visible way out", "the link to the choices stands at its end, and works without login"),
    ("One click in the mail program", "List-Unsubscribe with https and mailto, List-Unsubscribe-Post, List-Id"),
    ("No tracking", "pictures from elsewhere, scripts and personal links were looked for; there is none"),
)


def ready(list_id: str, words: str) -> tuple[Point, ...]:
    """Give everything that a message to a list must carry, and whether it does; one that is not kept keeps it here."""
    points = [_stated(list_id), *_duty(list_id)]
    try:
        form = compiled(listed(list_id), words)
    except MailError as error:
        return (Point("Words that can be sent", False, str(error.args[0]), error.hint), *points)
    return (
        Point("Words that can be sent", True, "subject, text and fields fit together"),
        _size(form),
        *carried(form),
        *points,
        *(Point(title, True, said) for title, said in _OURS),
    )


def _stated(list_id: str) -> Point:
    title = "A purpose that the policy states"
    try:
        purpose = in_force().purposes[listed(list_id).purpose]
    except (MailError, KeyError):
        return Point(title, False, "the policy in force states none for this list", "send it to another list")
    return Point(title, True, purpose.states)


def _duty(list_id: str) -> list[Point]:
    try:
        found = duties(letterhead(in_force()), list_id)
    except AvowError as error:
        return [Point("A sender", False, str(error.args[0]), error.hint)]
    return [Point(one.title, one.kept, one.words or one.lacks, one.do) for one in found]


def _size(form: Form) -> Point:
    """Warn of what mail programs cut off; it goes out all the same."""
    parts = form.html.parts if form.html else form.text.parts
    size = sum(len(part) for part in parts if isinstance(part, str))
    words = "short enough to be shown whole" if size < _CLIPPED else "some mail programs cut off its end: shorten it"
    return Point("Its length", size < _CLIPPED, words, "shorten it", must=False)
