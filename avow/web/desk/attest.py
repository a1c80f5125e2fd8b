"""Let two members of staff attest what needs them both, each with their own factors."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from avow.errors import RecordError
from avow.page.staff.desk import desk, show
from avow.page.staff.models import Staff
from avow.record.attested.attest import attest as say
from avow.record.attested.attest import waiting


@desk()
def attest(request: HttpRequest, who: Staff) -> HttpResponse:
    """Show what waits to be attested, with every word of it; a POST attests one as who is signed in."""
    if request.method == "POST":
        say(_digest(str(request.POST.get("digest", ""))), who.email)
        return HttpResponseRedirect("/desk/attest/")
    found = [(one, any(name == who.email for name, _, _ in one.staff)) for one in waiting()]
    return show(request, who, "web/desk/attest.html", {"waiting": found})


def _digest(text: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError as error:
        raise RecordError("this is no digest", "attest what the page lists") from error
