"""Write a mailing beside what becomes of it: narrow and wide, in the dark, as plain text."""

from collections import Counter
from http import HTTPStatus
from typing import Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from avow.config import config
from avow.errors import MailError
from avow.gate.picked.segment import usable
from avow.mail.course.draft import Mailing, rewrite
from avow.mail.course.sample import sample, shown
from avow.mail.form.form import OURS
from avow.mail.form.given.opening import Opening
from avow.mail.form.given.sender import known, mailboxes
from avow.mail.form.letterhead import letterhead
from avow.mail.mailing import Listed, compiled, listed
from avow.mail.queue.still import MailingState
from avow.page.shown.framed import live, within
from avow.page.site import asset, policy
from avow.page.staff.desk import desk, show
from avow.page.staff.models import Staff
from avow.policy.document import FormField, Purpose
from avow.terms import FieldType
from avow.web.desk.mailings.shelf import WATCHERS, WRITERS, choices, found, given, trouble

LOOKS: Final = {"wide": "Wide", "narrow": "Narrow", "dark": "In the dark", "plain": "Plain text"}
"""How a message is looked at."""
_SINGLE: Final = ("subject", "sender", "answers")


@desk(*WRITERS)
def write(request: HttpRequest, who: Staff, key: UUID) -> HttpResponse:
    """Show a draft with what becomes of it; a POST keeps it, and goes on to its checks where that is asked for."""
    one = found(key)
    if one.state is not MailingState.DRAFT:
        return HttpResponseRedirect(f"/desk/mailings/{key}/")
    told = {"words": one.words, "list": one.list, "shown": one.shown}
    if request.method != "POST":
        return _page(request, who, one, told)
    told |= typed(request)
    try:
        rewrite(key, edition(request), str(told["list"]), str(told["words"]), who.id, shown=bool(told["shown"]))
    except MailError as error:
        return again(request, who, one, {**told, "trouble": trouble(error)})
    onward = "" if request.POST.get("act") == "check" else "write/?done=kept"
    return HttpResponseRedirect(f"/desk/mailings/{key}/{onward}")


@desk(*WATCHERS)
def look(request: HttpRequest, _who: Staff, key: UUID) -> HttpResponse:
    """Show the message alone, as it stands in the form or as it is kept, for nobody: fields show their stand-ins."""
    one = found(key)
    posted = request.method == "POST"
    words = _words(request) if posted else one.words
    to = str(request.POST.get("list", one.list)) if posted else one.list
    how = str((request.POST if posted else request.GET).get("look", "wide"))
    try:
        form = compiled(listed(to), words)
        made = sample(form, letterhead(policy(), form.sender, form.answers))
    except MailError as error:
        return within(render(request, "web/desk/mailings/wrong.html", {"trouble": trouble(error)}))
    if how == "plain":
        return within(render(request, "web/desk/mailings/plain.html", {"made": made}))
    dark = "<style>:root{color-scheme:dark}</style>" if how == "dark" else "<style>:root{color-scheme:light}</style>"
    html = shown(made.html, form.pictures, lambda one: one.inline)
    return within(HttpResponse(html.replace("</head>", f"{dark}</head>", 1)))


def again(request: HttpRequest, who: Staff, one: Mailing, told: dict[str, object]) -> HttpResponse:
    """Show what was typed once more, with what is wrong; nothing of it was kept."""
    return _page(request, who, one, told, HTTPStatus.UNPROCESSABLE_ENTITY)


def typed(request: HttpRequest) -> dict[str, object]:
    """Give what stands in the form: the words, the list, and whether the issue is to be shown."""
    return {"words": _words(request), "list": str(request.POST.get("list", "")), "shown": "shown" in request.POST}


def _page(
    request: HttpRequest, who: Staff, one: Mailing, told: dict[str, object], status: int = HTTPStatus.OK
) -> HttpResponse:
    to = next((one for one in choices() if one.id == told["list"]), None)
    purpose = policy().purposes.get(to.purpose) if to else None
    seen = sorted(purpose.categories) if purpose else []
    fields = [
        (field.id, field.label, field.required)
        for name in policy().categories
        if name in seen
        for field in policy().categories[name].fields
    ]
    kept = given(str(told["words"]))
    more = {
        "one": one,
        "edition": one.edition,
        "subject": kept.subject,
        "body": kept.body,
        "segment": "\n".join(kept.segment),
        "sender": kept.sender,
        "answers": kept.answers,
        "senders": known(policy()),
        "mailboxes": mailboxes(policy()),
        "reply_to": config().reply_to,
        "conditions": _conditions(to, purpose) if to and purpose else [],
        "example": next((line for line, _ in _conditions(to, purpose)), "") if to and purpose else "",
        "lists": choices(),
        "fields": fields,
        "ours": sorted(OURS),
        "looks": LOOKS,
        "script": asset("page/live.js"),
        "done": request.GET.get("done", ""),
    }
    return live(show(request, who, "web/desk/mailings/write.html", {**told, **more}, status=status))


def _conditions(to: Listed, purpose: Purpose) -> list[tuple[str, str]]:
    """Give a line for whatever a segment of this list may ask for, and what it means."""
    fields = list(usable(policy(), purpose))
    often = Counter(field.id for _, field in fields)
    lines = []
    for category, field in fields:
        name = field.id if often[field.id] == 1 else f"{category}.{field.id}"
        value = _value(field)
        lines += [(f"{name} is {value}", field.label), (f"{name} is not {value}", f"{field.label}: said, and another")]
    others = [one for one in choices() if one.purpose == to.purpose and one.id != to.id]
    lines += [(f"joined {one.id}", f"who joined {one.title}") for one in others]
    lines += [(f"never joined {one.id}", f"who never joined {one.title}, nor left it") for one in others]
    return lines


def _value(field: FormField) -> str:
    """Give values that a line may name."""
    if field.options:
        return " or ".join(field.options[:2])
    return "Germany or Austria" if field.type is FieldType.COUNTRY else "Acme"


def _words(request: HttpRequest) -> str:
    """Put what was typed together as a message is kept: Markdown below its subject and what stands under that."""
    subject, sender, answers = (" ".join(str(request.POST.get(name, "")).split()) for name in _SINGLE)
    segment = tuple(line for line in map(str.strip, str(request.POST.get("segment", "")).splitlines()) if line)
    return Opening(subject, str(request.POST.get("body", "")).strip(), segment, sender, answers).words


def edition(request: HttpRequest) -> int:
    """Give the edition that was looked at; -1, which none has, where that is no number."""
    text = str(request.POST.get("edition", ""))
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1  # noqa: PLR2004 -- an int4
