"""Put right what a person says is wrong, while their case is open; its words say how it is known."""

from http import HTTPStatus
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from avow.accuracy.correct.correction import correct, correction, typed
from avow.gate.seen.read import read_all
from avow.page.failure import Failure
from avow.page.staff.desk import desk, picked, show
from avow.page.staff.models import Staff
from avow.terms import Role


@desk(Role.PRIVACY_OFFICER)
def correct_(request: HttpRequest, who: Staff, person: UUID, item: UUID) -> HttpResponse:
    """Show one item that the purpose lets be read; a POST puts the new values in the place of the old."""
    chosen = picked(request, who)
    items = read_all(chosen[0], chosen[1].id, person) if chosen else None
    values = {one.id: one.fields for one in items or ()}.get(item)
    if chosen is None or values is None:
        raise Failure(HTTPStatus.NOT_FOUND, "There is nothing here that you may read.", "Open their case first.")
    shown = correction(person, item, values)
    told = {"person": person, "chosen": chosen[1].id}
    if request.method != "POST":
        return show(request, who, "web/desk/correct.html", {**told, "shown": shown})
    asked = typed(shown, request.POST.dict())
    if asked.wrong:
        return show(request, who, "web/desk/correct.html", {**told, "shown": asked, "wrong": asked.wrong}, status=422)
    correct(asked, str(request.POST.get("seen", "")))
    return HttpResponseRedirect(f"/desk/people/{person}/?for={chosen[1].id}&done=corrected")
