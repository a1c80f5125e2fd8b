"""Show as whom and by which way mailings go out, and check both."""

from django.http import HttpRequest, HttpResponse

from avow.config import config
from avow.mail.course.relay import relay
from avow.page.health.checks import CHECKS, failure
from avow.page.site import address, policy
from avow.page.staff.desk import desk, show
from avow.page.staff.models import Staff
from avow.web.desk.mailings.shelf import WATCHERS

_CHECKED = ("sender", "mail server", "work", "spooled refusals", "site")


@desk(*WATCHERS)
def sender(request: HttpRequest, who: Staff) -> HttpResponse:
    """Show sender, answers, postal address and links; greet the mail server as a mailing would."""
    front = policy().front
    told = {
        "front": front,
        "reply_to": config().reply_to,
        "returned": config().returned,
        "site": address(),
        "relay": relay(),
        "checks": [(one, *failure(one)) for one in CHECKS if one.title in _CHECKED],
    }
    return show(request, who, "web/desk/mailings/sender.html", told)
