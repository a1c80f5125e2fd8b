"""Show who signed in what they began with us at that address, and what was said in turn; take what they write again."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from avow.collection.matters.again import WORDS, again, takes
from avow.collection.seen.sealed import sealed
from avow.decision.request import Request
from avow.gate.seen.held import Held, held
from avow.page.failure import Failure
from avow.page.field import Field
from avow.page.kept.file import file as sent
from avow.page.shown.placed import place, placed
from avow.page.signed.session import Signed, signed
from avow.page.site import history, policy
from avow.page.visitor.spoken import said, told
from avow.policy.document import Category, Policy, Purpose
from avow.policy.meaning.highest import highest_ever
from avow.policy.proof.keeps import keeps
from avow.policy.shown.labelled import labelled
from avow.policy.shown.notice import notice
from avow.record.matters.enclosed import Enclosed, enclosed_in, file_at
from avow.record.matters.matter import CLOSED, Matter, Turn, begun_at, turns_of
from avow.record.own.awaited import awaited, opened
from avow.record.seen.cases import answering
from avow.terms import ChannelKind, FieldType, MessageKind, Promise

PAGE: Final = 10
"""Matters on a page."""
TURNS: Final = 50
"""What was said on a page of one."""
_ASKED: Final = "asked what they wrote to us and were answered, signed in"
_FORMS: Final = {ChannelKind.APPLICATION: "/apply/", ChannelKind.ORDER: "/order/", ChannelKind.INQUIRY: "/inquiry/"}


@dataclass(frozen=True, slots=True)
class Line:
    """A matter as its person lists it: the title of its channel, the first words of it, whether it is open."""

    matter: Matter
    title: str
    words: str
    open: bool


@dataclass(frozen=True, slots=True)
class Said:
    """What was said in turn: the person's fields by label, the files that came with them."""

    turn: Turn
    fields: tuple[tuple[str, str], ...]
    files: tuple[Enclosed, ...]


@keeps(Promise.ACCESS)
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """List what who signed in began at that address, and nobody else there; the latest before all, a page at a time."""
    who = signed(request)
    if who is None:
        return HttpResponseRedirect("/signin/")
    before = str(request.GET.get("before", ""))
    found = begun_at(who.person, who.exact, PAGE + 1, placed(before))
    shown = found[:PAGE]
    turns = turns_of([one.id for one in shown])
    read = _read(shown, opened=opened(who.person))
    told = {
        "lines": [_line(one, [turn for turn in turns if turn.matter == one.id], read) for one in shown],
        "earlier": before,
        "next": place(shown[-1].last, shown[-1].id) if len(found) > PAGE else "",
    }
    return render(request, "collection/said/mine.html", told)


@keeps(Promise.ACCESS)
@require_http_methods(["GET", "HEAD", "POST"])
def one(request: HttpRequest, key: UUID) -> HttpResponse:
    """Show one matter as it was said in turn; a POST adds what is written again, while it is open."""
    who = signed(request)
    if who is None:
        return HttpResponseRedirect("/signin/")
    found = _found(who, key)
    if request.method != "POST":
        return _page(request, found, WORDS)
    if not (_open(found) and takes(policy(), found.channel)):
        raise Failure(HTTPStatus.CONFLICT, "It is closed: nothing was sent.", "Answer our last message, or begin anew.")
    field = again(request, found)
    return HttpResponseRedirect(f"/me/said/{key}/?done=yes") if field is None else _page(request, found, field)


@keeps(Promise.ACCESS)
@require_safe
def file(request: HttpRequest, key: UUID, file: UUID) -> HttpResponse:
    """Give who signed in a file that they sent, to be kept and not to be opened by the browser."""
    who = signed(request)
    if who is None:
        return HttpResponseRedirect("/signin/")
    found = _found(who, key)
    come = next((each for each in enclosed_in([key]) if each.id == file), None)
    if come and not opened(found.person):
        raise Failure(
            HTTPStatus.FORBIDDEN,
            "Files are not shown on the mere strength of signing in.",
            "Ask for the copy of all that we hold about you, under your choices: three days later they are here.",
        )
    turn = next((each for each in turns_of([key]) if come and each.id == come.turn), None)
    known = file_at(found.person, file) if turn and turn.item in _read([found], opened=True) else None
    if known is None:
        raise Failure(HTTPStatus.NOT_FOUND, "There is nothing here.", "It may have been forgotten.")
    return sent(known, found.mark)


def _found(who: Signed, key: UUID) -> Matter:
    """Give a matter of who signed in; another's is not there."""
    found = begun_at(who.person, who.exact, 1, key=key)
    if not found:
        raise Failure(HTTPStatus.NOT_FOUND, "There is nothing here.", "It may have been forgotten.")
    return found[0]


def _page(request: HttpRequest, found: Matter, field: Field) -> HttpResponse:
    turns = [turn for turn in turns_of([found.id]) if turn.item or turn.message]
    begin = _number(str(request.GET.get("from", "")))
    waits, files, now = awaited(found.person), enclosed_in([found.id]), told()
    here = waits is not None and waits.opened
    read = _read([found], opened=here)
    late = not here and bool(files or found.channel is ChannelKind.APPLICATION)
    may = takes(now, found.channel)
    shown = {
        "matter": found,
        "title": _title(found.channel),
        "subject": _subject(turns, read),
        "said": [_said(turn, read, files) for turn in turns[begin : begin + TURNS]] if read else [],
        "late": late,
        "awaited": waits if late else None,
        "next": begin + TURNS if len(turns) > begin + TURNS and read else "",
        "open": _open(found),
        "takes": may,
        "field": field,
        "wrong": [field] if field.wrong else [],
        "seal": sealed(now, found.channel) if may else "",
        "notice": [(line.startswith("- "), line.removeprefix("- ")) for line in notice(now, found.channel).splitlines()]
        if may
        else [],
        "mailbox": now.front.mailbox,
        "form": _FORMS.get(found.channel, "/support/"),
        "done": request.GET.get("done", ""),
    }
    return render(request, "collection/said/one.html", shown, status=422 if field.wrong else 200)


def _read(matters: Sequence[Matter], *, opened: bool) -> Mapping[UUID, Held]:
    """Release what people said in some matters of theirs, for the answer to their own case, which is open meanwhile.

    What is most private is left out until it is `opened` with their copy.
    """
    purpose, private = _right(), frozenset() if opened else highest_ever(history().policies)
    found: dict[UUID, Held] = {}
    for person in dict.fromkeys(one.person for one in matters) if purpose else ():
        channels = {one.channel for one in matters if one.person == person}
        named = {name for then in history().policies for name in _collected(then, channels)}
        asked = (purpose.categories & named) - private if purpose else frozenset()
        if purpose and asked:
            with answering(person, _ASKED):
                found |= {item.id: item for item in held(Request(purpose.id, asked), person) or ()}
    return found


def _collected(then: Policy, kinds: set[ChannelKind]) -> Iterator[str]:
    for kind in kinds & then.channels.keys():
        yield from then.channels[kind].collects


def _right() -> Purpose | None:
    return next((one for one in policy().purposes.values() if one.kind is MessageKind.RIGHTS_CASE), None)


def _line(found: Matter, turns: Sequence[Turn], read: Mapping[UUID, Held]) -> Line:
    return Line(found, _title(found.channel), _subject(turns, read), _open(found))


def _open(found: Matter) -> bool:
    return found.state != CLOSED and found.over is None


def _title(kind: ChannelKind) -> str:
    channel = told().channels.get(kind)
    return channel.title if channel else kind.value


def _said(turn: Turn, read: Mapping[UUID, Held], files: Sequence[Enclosed]) -> Said:
    item = read.get(turn.item) if turn.item else None
    theirs = tuple(each for each in files if item and each.turn == turn.id)
    return Said(turn, tuple(_labelled(item)) if item else (), theirs)


def _labelled(item: Held) -> Iterator[tuple[str, str]]:
    category = _category(item)
    yield from labelled(category, item.fields)


def _subject(turns: Sequence[Turn], read: Mapping[UUID, Held]) -> str:
    """Give the first short words of what was said first; "" where nothing of it may be shown."""
    for turn in turns:
        item = read.get(turn.item) if turn.item else None
        category = _category(item) if item else None
        for field in category.fields if item and category else ():
            if item and field.type is FieldType.TEXT and item.fields.get(field.id):
                return item.fields[field.id][:100]
    return ""


def _category(item: Held) -> Category | None:
    then = said(next((one for one in history().policies if one.front.version == item.version), policy()))
    return then.categories.get(item.category)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 0  # noqa: PLR2004 -- so many turns nothing has
