"""Publish the policy: the version in force, every other, and what changed between them."""

import json
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import mark_safe
from django.utils.translation import get_language
from django.views.decorators.http import condition, require_safe

from avow.errors import PolicyError
from avow.page.failure import Failure
from avow.page.site import history, news, policy
from avow.page.visitor.spoken import said
from avow.policy.compare import compare
from avow.policy.document import Policy
from avow.policy.meaning.declarations import DifferentUse
from avow.policy.proof.keeps import keeps
from avow.policy.shown.jsonld import json_ld
from avow.policy.shown.page import page, page_hash
from avow.policy.shown.plain import plain
from avow.terms import Promise
from avow.updates.kept import kept, tally
from avow.updates.plan import compared
from avow.updates.report import told as told_uses
from avow.updates.running import running
from avow.updates.shown.difference import difference


def _named(name: str) -> Policy:
    try:
        return history().version(name)
    except PolicyError as error:
        raise Failure(HTTPStatus.NOT_FOUND, f"There is no version {name} of the policy.") from error


def _digest(_request: HttpRequest, name: str = "") -> str:
    """Give the tag by which a browser knows that it has this page already: the digest of what is public."""
    shown = page_hash(_named(name) if name else policy()).hex()[:32]
    return f'"{get_language()}-{shown}-{len(history().policies)}-{"-".join(one.front.version for one in news())}"'


@keeps(Promise.SITES)
@require_safe
def current(request: HttpRequest) -> HttpResponse:
    """Show the version in force."""
    return _show(request, policy())


@keeps(Promise.VERSIONS_KEPT)
@require_safe
def version(request: HttpRequest, name: str) -> HttpResponse:
    """Show a version by its name."""
    return _show(request, _named(name))


def _show(request: HttpRequest, shown: Policy) -> HttpResponse:
    now, words = policy(), said(shown)
    sections = kept(words, running())
    told = {
        "policy": words,
        "in_force": shown is now,
        "later": shown.front.effective > now.front.effective,
        "prose": mark_safe(page(words)),  # noqa: S308 -- the reader renders our own policy file, with HTML switched off
        "hash": page_hash(shown).hex(),
        "kept": sections,
        "tally": tally(sections),
        "versions": list(reversed(history().policies)),
    }
    return _public(render(request, "updates/policy.html", told))


@require_safe
@condition(etag_func=_digest)
def plain_text(_request: HttpRequest, name: str) -> HttpResponse:
    """Give a version as plain text."""
    return _public(HttpResponse(plain(said(_named(name))), content_type="text/plain; charset=utf-8"))


@require_safe
@condition(etag_func=_digest)
def linked(_request: HttpRequest, name: str) -> HttpResponse:
    """Give a version for machines, as JSON-LD in the words of W3C's Data Privacy Vocabulary."""
    text = json.dumps(json_ld(_named(name)), indent=1, ensure_ascii=False)
    return _public(HttpResponse(text, content_type="application/ld+json; charset=utf-8"))


@keeps(Promise.VERSIONS_KEPT)
@require_safe
def changes(request: HttpRequest, name: str) -> HttpResponse:
    """Show what a version permits and says differently from the one that it follows."""
    new = _named(name)
    if not new.front.follows:
        raise Failure(HTTPStatus.NOT_FOUND, "This is the first version; it follows none.")
    old = _named(new.front.follows)
    uses = compared(history(), old, new)
    if get_language() in new.translations and get_language() in old.translations:
        old, new = said(old), said(new)
    words = compare(old, new)
    told = {
        "old": old.front,
        "new": new.front,
        "gained": told_uses(new, uses.gained),
        "lost": told_uses(old, uses.lost),
        "unchanged": uses.unchanged,
        "words": words,
        "asks": new.changes is not None and new.changes.different_use == DifferentUse.ASK,
        "changed": difference(old, new),
    }
    return _public(render(request, "updates/changes.html", told))


def _public(response: HttpResponse) -> HttpResponse:
    """Let caches keep the page and ask each time whether it still stands."""
    response["Cache-Control"] = "no-cache"
    return response
