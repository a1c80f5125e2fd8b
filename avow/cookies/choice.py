"""Show which cookies there are and what the browser says, and take a yes or no about those one can do without."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from avow.page.failure import Failure
from avow.page.own import own
from avow.page.site import policy
from avow.page.visitor.chosen import bound, optional, remember, said
from avow.page.visitor.signal import signals
from avow.page.visitor.spoken import told
from avow.policy.document import Cookie
from avow.policy.shown.glance import lifetime, setter, when
from avow.terms import Answer


@require_http_methods(["GET", "HEAD", "POST"])
def choice(request: HttpRequest) -> HttpResponse:
    """Show the cookies that the policy in force declares and how the choice stands; a POST changes it, both ways alike.

    Where the browser says no, a yes is kept and does not count as long as it says so.
    """
    found = told()
    if request.method == "POST":
        return _choose(request)
    cookies = [(one, setter(found, one), lifetime(found, one.lifetime), when(found, one)) for one in _shown()]
    shown = {
        "cookies": cookies,
        "optional": optional(found),
        "processors": bound(found),
        "signals": signals(request.META),
        "said": said(request),
        "done": request.GET.get("done", ""),
    }
    return render(request, "cookies/choice.html", shown)


def _shown() -> tuple[Cookie, ...]:
    found = told()
    able = optional(found)
    return tuple(one for one in found.cookies.values() if one.necessary or one in able)


def _choose(request: HttpRequest) -> HttpResponse:
    own(request)
    answer = next((one for one in Answer if one.value == request.POST.get("answer")), None)
    if answer is None or not optional(policy()):
        raise Failure(HTTPStatus.BAD_REQUEST, "There is no such choice.")
    response = HttpResponseRedirect("/cookies/?done=yes")
    remember(request, response, answer)
    return response
