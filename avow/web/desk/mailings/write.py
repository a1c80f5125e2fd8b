"""Write a mailing beside what becomes of it: narrow and wide, in the dark, as plain text."""

from http import HTTPStatus
from typing import Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from avow.errors import MailError
from avow.mail.course.draft import rewrite
from avow.mail.course.sample import sample
from avow.mail.form.form import OURS
from avow.mail.form.letterhead import letterhead
from avow.mail.mailing import compiled, listed
from avow.mail.queue.still import MailingState
from avow.page.shown.framed import live, within
from avow.page.site import asset, policy
from avow.page.staff.desk import desk, show
from avow.page.staff.models import Staff
from avow.web.desk.mailings.shelf import WATCHERS, WRITERS, choices, found, trouble

LOOKS: Final = {"wide": "Wide", "narrow": "Narrow", "dark": "In the dark", "plain": "Plain text"}
"""How a message is looked at."""


@desk(*WRITERS)
def write(request: HttpRequest, who: Staff, key: UUID) -> HttpResponse:
    """Show a draft with what becomes of it; a POST keeps it, and goes on to its checks where that is asked for."""
    one = found(key)
    if one.state is not MailingState.DRAFT:
        return HttpResponseRedirect(f"/desk/mailings/{key}/")
    told = {"one": one, "words": one.words, "list": one.list, "shown": one.shown, "edition": one.edition}
    if request.method != "POST":
        return _page(request, who, told)
    told |= {"words": _words(request), "list": str(request.POST.get("list", "")), "shown": "shown" in request.POST}
    try:
        rewrite(key, _edition(request), str(told["list"]), str(told["words"]), who.id, shown=bool(told["shown"]))
    except MailError as error:
        return _page(request, who, {**told, "trouble": trouble(error)}, HTTPStatus.UNPROCESSABLE_ENTITY)
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
        made = sample(compiled(listed(to), words), letterhead(policy()))
    except MailError as error:
        return within(render(request, "web/desk/mailings/wrong.html", {"trouble": trouble(error)}))
    if how == "plain":
        return within(render(request, "web/desk/mailings/plain.html", {"made": made}))
    dark = "<style>:root{color-scheme:dark}</style>" if how == "dark" else "<style>:root{color-scheme:light}</style>"
    return within(HttpResponse(made.html.replace("</head>", f"{dark}</head>", 1)))


def _page(request: HttpRequest, who: Staff, told: dict[str, object], status: int = HTTPStatus.OK) -> HttpResponse:
    to = next((one for one in choices() if one.id == told["list"]), None)
    purpose = policy().purposes.get(to.purpose) if to else None
    seen = sorted(purpose.categories) if purpose else []
    fields = [
        (field.id, field.label, field.required)
        for name in policy().categories
        if name in seen
        for field in policy().categories[name].fields
    ]
    subject, body = _parted(str(told["words"]))
    more = {
        "subject": subject,
        "body": body,
        "lists": choices(),
        "fields": fields,
        "ours": sorted(OURS),
        "looks": LOOKS,
        "script": asset("page/live.js"),
        "done": request.GET.get("done", ""),
    }
    return live(show(request, who, "web/desk/mailings/write.html", {**told, **more}, status=status))


def _parted(words: str) -> tuple[str, str]:
    """Part what is kept into subject and text, as the form shows them."""
    first, _, body = words.partition("\n")
    return (first[1:].strip(), body.strip("\n")) if first.startswith("#") else ("", words)


def _words(request: HttpRequest) -> str:
    """Put subject and text together as a message is kept: Markdown whose first line is its subject."""
    subject = " ".join(str(request.POST.get("subject", "")).split())
    return f"# {subject}\n\n{str(request.POST.get('body', '')).strip()}\n"


def _edition(request: HttpRequest) -> int:
    text = str(request.POST.get("edition", ""))
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1  # noqa: PLR2004 -- an int4
