"""Answer who asks why they got a message: since when and from where we have the address, and by which sentence."""

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from avow.decision.request import Request
from avow.errors import AvowError
from avow.gate.why import Part, Why
from avow.gate.why import why as reasons
from avow.mail.form.form import address_of
from avow.mail.mailing import Listed, lists
from avow.optout.mine import masked
from avow.optout.pointed import Pointed, pointed
from avow.page.site import history, policy
from avow.page.visitor.spoken import said, title, told
from avow.policy.proof.keeps import keeps
from avow.terms import ChannelKind, Promise


@dataclass(frozen=True, slots=True)
class Source:
    """When and where the address was given, under which version, and whether it still counts."""

    at: datetime
    channel: str
    version: str
    allowed: bool


@keeps(Promise.MISTAKES_ANSWERED)
@require_safe
def why(request: HttpRequest, token: str) -> HttpResponse:
    """Say why the list of a link writes to its mailbox: what the message said, and the policy's sentences, no more."""
    found = pointed(token)
    to = next((one for one in lists() if one.id == found.list), None)
    reason = _reasons(found, to) if to else None
    shown = {
        "list": to,
        "title": title(to.id, to.purpose, to.title) if to else "",
        "why": reason,
        "sentences": [_sentence(*one) for one in reason.sentences.items()] if reason else [],
        "sources": [_source(part) for part in reason.parts] if reason else [],
        "masked": masked(found),
        "choices": f"/choices/{token}/",
    }
    return render(request, "optout/why.html", shown)


def _reasons(found: Pointed, to: Listed) -> Why | None:
    """Give what the gate says of this list and this person now; None where the policy states it no more."""
    purpose = policy().purposes.get(to.purpose)
    if purpose is None:
        return None
    try:
        category, _ = address_of(policy(), purpose)
        return reasons(found.person, Request(to.purpose, frozenset({category}), topic=to.topic), to.id)
    except AvowError:
        return None


def _sentence(clause: str, words: str) -> str:
    """Give a sentence of the policy in force in the language that is spoken."""
    found = told().clauses.get(clause)
    return found.text if found else words


def _source(part: Part) -> Source:
    known = next((one for one in history().policies if one.front.version == part.version), None)
    channel = said(known).channels.get(ChannelKind(part.channel)) if known else None
    return Source(part.at, channel.title if channel else part.channel, part.version, part.decision.allowed)
