"""Ask on a page: each use by itself, two equal buttons, no login; a POST answers, and can be done again."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.html import format_html
from django.views.decorators.http import require_http_methods

from avow.mail.stop import stop
from avow.page.failure import Failure
from avow.page.kept.linked import receipt_address
from avow.page.visitor.spoken import foreign, said
from avow.policy.document import Policy
from avow.policy.history import scope_named
from avow.policy.proof.keeps import keeps
from avow.record.asked.question import Question, questions_of, refused
from avow.record.changed.different import Different, different
from avow.record.journal.journal import journalled
from avow.record.said.choices import Chosen, choose
from avow.record.shown.versions import history
from avow.terms import Actor, Answer, Promise, Scope
from avow.updates.asked.pointed import Pointed, pointed

EVIDENCE: Final = "the link of a question"
"""How an answer is given: who holds the link may have its receipt, and no other's."""
RECEIPTS: Final = "/policy/question/receipt/"


@dataclass(frozen=True, slots=True)
class Use:
    """One use as it is asked: its id, what for, of which data, seen by whom, what was answered, what else bars it."""

    name: str
    title: str
    states: str
    data: tuple[str, ...]
    seen: str
    answer: Answer | None
    barred: bool


@keeps(Promise.DIFFERENT_USE_CHOICE, Promise.WITHOUT_COOKIES)
@require_http_methods(["GET", "HEAD", "POST"])
def question(request: HttpRequest, token: str) -> HttpResponse:
    """Show what a person is asked, and how they answered; a POST answers one use."""
    found = pointed(token)
    if request.method != "POST":
        return _show(request, found)
    use = different(str(request.POST.get("use", "")))
    answer = str(request.POST.get("answer", ""))
    if use is None or use.version != found.version or answer not in set(Answer):
        raise Failure(HTTPStatus.BAD_REQUEST, "This is no answer to what we ask.", "Go back, and press a button.")
    return _yes(request, found, use) if answer == Answer.YES else _no(request, found, use)


def _yes(request: HttpRequest, found: Pointed, use: Different) -> HttpResponse:
    """Take a yes to what the person was asked; it is their own act, from a mailbox that they proved."""
    if not any(use in one.answers for one in _asked(found)):
        raise Failure(HTTPStatus.BAD_REQUEST, "We did not ask you this.", "Go back, and press a button.")
    chosen = Chosen(Answer.YES, purpose=use.name)
    number = choose(chosen, Actor.PERSON_VERIFIED, EVIDENCE, found.person, found.reach)
    journalled()
    return _show(request, found, use, number)


def _no(request: HttpRequest, found: Pointed, use: Different) -> HttpResponse:
    """Take a no, as every no is taken: it holds when the page is there, and is kept where the store is away."""
    taken = stop(
        [Chosen(Answer.NO, purpose=use.name)], EVIDENCE, found.person, found.reach, actor=Actor.PERSON_VERIFIED
    )
    if taken.number is None:
        return render(request, "updates/kept.html", status=HTTPStatus.ACCEPTED)
    return _show(request, found, use, taken.number, doubt=taken.doubt)


def _show(
    request: HttpRequest, found: Pointed, use: Different | None = None, number: int = 0, *, doubt: bool = False
) -> HttpResponse:
    asked = next(iter(_asked(found)), None)
    if asked is None:
        raise Failure(
            HTTPStatus.NOT_FOUND,
            "There is nothing that we ask you any more.",
            "What you gave us under this address is no longer here.",
        )
    uses = list(_uses(asked, refused(found.person)))
    new = history().version(found.version)
    told = {
        "new": new.front,
        "foreign": foreign(said(new)),
        "uses": uses,
        "done": next((_marked(one, new) for one in uses if use and one.name == use.name), None),
        "doubt": doubt,
        "receipt": receipt_address(RECEIPTS, found.person, found.reach, number, EVIDENCE) if use else "",
    }
    return render(request, "updates/question.html", told)


def _marked(one: Use, new: Policy) -> Use:
    """Mark a title, where it stands in a sentence of the page, as written in another language."""
    other = foreign(said(new))
    return replace(one, title=format_html("<span{}>{}</span>", other, one.title)) if other else one


def _asked(found: Pointed) -> list[Question]:
    """Give the question that a link is about, if it went to this mailbox."""
    return [one for one in questions_of(found.person, found.version) if one.reach == found.reach]


def _uses(asked: Question, refuses: int) -> Iterator[Use]:
    known = history()
    for one, answer in asked.answers.items():
        found, purpose = one.of(known)
        policy = said(found)
        purpose = policy.purposes[purpose.id]
        scopes = Scope.OPTIONAL.mask | scope_named(purpose.scope).mask if purpose.scope else 0
        yield Use(
            one.name,
            purpose.title,
            purpose.states,
            tuple(policy.categories[name].title for name in policy.categories if name in purpose.categories),
            policy.recipients.get(one.recipient, policy.front.company),
            answer,
            bool(refuses & scopes),
        )
