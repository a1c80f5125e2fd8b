"""Show one matter as it was said in turn; answer it, note something, end it, look at a file that came with it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from avow.errors import MailError, RecordError
from avow.gate.seen.each import One, read_each
from avow.mail.taken.over import FOLLOWING
from avow.page.failure import Failure, sentence
from avow.page.field import Field
from avow.page.kept.file import file as sent
from avow.page.site import policy
from avow.page.staff.desk import desk, show
from avow.page.staff.models import Staff
from avow.policy.proof.keeps import keeps
from avow.record.key import NOBODY
from avow.record.matters.enclosed import Enclosed, enclosed_in, file_at
from avow.record.matters.matter import Matter, Turn, close, note, turns_of
from avow.record.matters.saved import saved_of
from avow.terms import ChannelKind, FieldType, Promise
from avow.uses.replies.answer import answer
from avow.web.desk.matters.place import ROLES, Place, found_at, seated
from avow.web.desk.matters.shelf import briefly

WORDS: Final = Field(
    "words", "Your answer", FieldType.LONG_TEXT, required=True, hint="It goes out by mail, word for word, as it stands."
)
_ACTS: Final = frozenset({"answer", "end", "note", "close"})


@dataclass(frozen=True, slots=True)
class Said:
    """A turn as the desk shows it: its fields by label, or who of us wrote it; the files that came with it."""

    turn: Turn
    fields: tuple[tuple[str, str], ...]
    by: str
    files: tuple[Enclosed, ...]


@keeps(Promise.CONFIDENTIAL, Promise.SUPPORT)
@desk(*ROLES)
def one(request: HttpRequest, who: Staff, place: Place, key: UUID) -> HttpResponse:
    """Show a matter to whom it is for; a POST answers it, notes something, or ends it."""
    found = found_at(place, key)
    if request.method != "POST":
        seated(who, place)
        return _page(request, who, place, found, _begun(request, place))
    seated(who, place)
    act, step = str(request.POST.get("act", "")), str(request.POST.get("step", ""))
    if act not in _ACTS or step not in {"", *place.steps}:
        raise Failure(HTTPStatus.BAD_REQUEST, "Nothing was done.", "Go back, and say what is to be done.")
    field = WORDS.filled(str(request.POST.get(WORDS.name, "")))
    if field.wrong and act != "close":
        return _page(request, who, place, found, field)
    if str(request.POST.get("seen", "")) != found.last.isoformat():
        return _page(request, who, place, found, field.but(field.value, "Something was said meanwhile: read it first"))
    try:
        _do(act, found, who, field.value, step)
    except (MailError, RecordError) as error:
        told = f"{sentence(str(error.args[0]))} {sentence(error.hint)}".strip()
        return _page(request, who, place, found, field.but(field.value, told))
    return HttpResponseRedirect(f"/desk/{place.name}/{key}/?done={act}")


@desk(*ROLES)
def file(_request: HttpRequest, who: Staff, place: Place, key: UUID, file: UUID) -> HttpResponse:
    """Give a file that came with a matter, to be kept and not to be opened by the browser."""
    by, purpose = seated(who, place)
    found = found_at(place, key)
    held = next((each for each in enclosed_in([key]) if each.id == file), None)
    named = [(found.person, turn.item) for turn in turns_of([key]) if held and turn.id == held.turn and turn.item]
    known = file_at(found.person, file) if named and read_each(by, purpose.id, named) else None
    if known is None:
        raise Failure(HTTPStatus.NOT_FOUND, "There is nothing here that you may read.")
    return sent(known, f"{place.name}-{found.mark}")


def _do(act: str, found: Matter, who: Staff, words: str, step: str) -> None:
    if act == "note":
        note(found, who.id, words)
    elif act == "close":
        close(found, step)
    else:
        answer(found, who.id, words, step, close=act == "end")


def _begun(request: HttpRequest, place: Place) -> Field:
    """Give the field of the answer, begun with the saved reply that the page is asked for."""
    asked = str(request.GET.get("saved", ""))
    words = next((each.words for each in saved_of(place.channel) if str(each.id) == asked), "")
    return WORDS.filled(words) if words else WORDS


def _page(request: HttpRequest, who: Staff, place: Place, found: Matter, field: Field) -> HttpResponse:
    by, purpose = seated(who, place)
    turns = turns_of([found.id])
    read = read_each(by, purpose.id, [(found.person, turn.item) for turn in turns if turn.item])
    names = {each.id: each.name for each in Staff.objects.all()} | {NOBODY: "Our mailbox"}
    told = {
        "place": place,
        "purpose": purpose,
        "matter": found,
        "subject": next((words for turn in turns if turn.item and (words := briefly(read.get(turn.item)))), ""),
        "said": _said(turns, read, enclosed_in([found.id]), names) if read else [],
        "owner": names.get(found.owner, "an account that is gone") if found.owner else "",
        "saved": saved_of(place.channel),
        "field": field,
        "wrong": [field] if field.wrong else [],
        "left": max(0, FOLLOWING - found.ours) if found.channel is ChannelKind.INQUIRY else None,
        "done": request.GET.get("done", ""),
    }
    return show(request, who, "web/desk/matters/one.html", told, status=422 if field.wrong else 200)


def _said(
    turns: Sequence[Turn], read: Mapping[UUID, One], files: Sequence[Enclosed], names: Mapping[UUID, str]
) -> list[Said]:
    found = []
    for turn in turns:
        item = read.get(turn.item) if turn.item else None
        by = names.get(turn.staff, "an account that is gone") if turn.staff else ""
        theirs = tuple(each for each in files if item and each.turn == turn.id)
        found.append(Said(turn, _fields(item), by, theirs))
    return found


def _fields(item: One | None) -> tuple[tuple[str, str], ...]:
    category = policy().categories.get(item.category) if item else None
    if item is None or category is None:
        return tuple(item.fields.items()) if item else ()
    labels = {field.id: field.label for field in category.fields}
    return tuple((labels[name], item.fields[name]) for name in labels if name in item.fields)
