"""Show the moderators what was reported, for their purpose alone, and let them decide about it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_POST

from avow.errors import RecordError
from avow.gate.seen.each import Named, read_each
from avow.gate.seen.reader import Reader
from avow.page.failure import Failure
from avow.page.site import policy
from avow.page.staff.desk import desk, readers, show
from avow.page.staff.models import Staff
from avow.policy.proof.keeps import keeps
from avow.record.forum.posts import Post, hidden, posts_named
from avow.record.forum.reports import Reason, Report, open_reports
from avow.terms import FieldType, MessageKind, Promise, Role
from avow.uses.conduct import Act, conduct

_PAGE: Final = 25


@dataclass(frozen=True, slots=True)
class Line:
    """A post as the desk shows it: its writer's name, what it says, the reports of it with their words."""

    post: Post
    by: str
    words: tuple[str, ...]
    reports: tuple[tuple[Report, str], ...]


@keeps(Promise.CONFIDENTIAL)
@desk(Role.MODERATION)
def forum(request: HttpRequest, who: Staff) -> HttpResponse:
    """Show the posts that were reported, those that wait longest before all, and those that are hidden."""
    by, purpose = _reader(who)
    reports = open_reports(_PAGE)
    posts = posts_named([one.post for one in reports])
    waiting = [posts[key] for key in dict.fromkeys(one.post for one in reports) if key in posts]
    away = [one for one in hidden(_PAGE) if one.id not in posts]
    read = read_each(by, purpose, _named([*waiting, *away], reports))
    fields = {item: one.fields for item, one in read.items()}
    told = {
        "waiting": [_line(one, reports, fields) for one in waiting],
        "hidden": [_line(one, (), fields) for one in away],
        "purpose": policy().purposes[purpose],
        "reasons": list(Reason),
        "done": request.GET.get("done", ""),
    }
    return show(request, who, "web/desk/forum.html", told)


@require_POST
@desk(Role.MODERATION)
def decide(request: HttpRequest, who: Staff, post: UUID) -> HttpResponse:
    """Do what was decided about a post, and tell those whom it concerns."""
    _reader(who)
    try:
        act, reason = Act(str(request.POST.get("act"))), Reason(str(request.POST.get("reason")))
    except ValueError as error:
        raise Failure(HTTPStatus.BAD_REQUEST, "Say what is to be done, and why.", "Go back, and pick both.") from error
    try:
        conduct(post, act, reason)
    except RecordError as error:
        raise Failure(HTTPStatus.CONFLICT, "Somebody decided about this post meanwhile.", "Look again.") from error
    return HttpResponseRedirect(f"/desk/forum/?done={act.value}")


def _reader(who: Staff) -> tuple[Reader, str]:
    """Give in which role, and for which purpose, the moderators read; raise a Failure (404) if the policy has none."""
    for name, by in readers(who).items():
        if policy().purposes[name].kind is MessageKind.ABUSE_NOTICE:
            return by, name
    raise Failure(HTTPStatus.NOT_FOUND, "The policy states nothing that moderators read for.")


def _named(posts: Sequence[Post], reports: Sequence[Report]) -> Iterator[Named]:
    for post in posts:
        yield from ((post.person, item) for item in (post.item, post.name) if item is not None)
    yield from ((one.person, one.item) for one in reports if one.item is not None)


def _line(post: Post, reports: Sequence[Report], fields: Mapping[UUID, Mapping[str, str]]) -> Line:
    name = fields.get(post.name, {}) if post.name else {}
    told = ((one, " ".join(fields.get(one.item, {}).values()) if one.item else "") for one in reports)
    words = fields.get(post.item, {})
    return Line(
        post,
        next(iter(name.values()), "Somebody"),
        tuple(words[one] for one in _order(words)),
        tuple((one, said) for one, said in told if one.post == post.id),
    )


def _order(words: Mapping[str, str]) -> list[str]:
    """Put long texts behind short ones, as they stand in a post."""
    long = {f.id for c in policy().categories.values() for f in c.fields if f.type is FieldType.LONG_TEXT}
    return sorted(words, key=lambda name: name in long)
