"""Name the addresses of the desk."""

from django.urls import include, path

from avow.page.staff import urls as staff
from avow.web.desk.acts import forget_, merge, no, refuse, send_link
from avow.web.desk.asked import urls as asked
from avow.web.desk.attest import attest
from avow.web.desk.bound.agreements import add, agreements, answered, finish
from avow.web.desk.bound.mine import done, everybody, one
from avow.web.desk.card import card
from avow.web.desk.case import case, close
from avow.web.desk.correct import correct_
from avow.web.desk.house import health, ledger, policy, reads
from avow.web.desk.letters import close as close_letter
from avow.web.desk.letters import letters, take
from avow.web.desk.mailings import urls as mailings
from avow.web.desk.matters import urls as matters
from avow.web.desk.moderated.forum import decide, forum
from avow.web.desk.outside import urls as outside
from avow.web.desk.people import people
from avow.web.desk.planned.change import change, every
from avow.web.desk.programs.tokens import revoke, tokens

urlpatterns = [
    path("", people),
    path("people/<uuid:person>/", card),
    path("people/<uuid:person>/stop/", refuse),
    path("people/<uuid:person>/link/", send_link),
    path("people/<uuid:person>/merge/", merge),
    path("people/<uuid:person>/forget/", forget_),
    path("people/<uuid:person>/correct/<uuid:item>/", correct_),
    path("people/<uuid:person>/close/", close),
    path("requests/", include(asked.urlpatterns)),
    path("agreed/", everybody),
    path("agreed/told/<uuid:key>/", done),
    path("agreed/<uuid:person>/", one),
    path("processors/", agreements),
    path("processors/add/", add),
    path("processors/told/<uuid:key>/", answered),
    path("processors/<str:name>/end/", finish),
    path("programs/", tokens),
    path("programs/<uuid:token>/revoke/", revoke),
    path("letters/", letters),
    path("letters/<uuid:letter>/take/", take),
    path("letters/<uuid:letter>/close/", close_letter),
    *matters.urlpatterns,
    path("forum/", forum),
    path("forum/<uuid:post>/", decide),
    path("mailings/", include(mailings.urlpatterns)),
    path("outside/", include(outside.urlpatterns)),
    path("case/", case),
    path("stop/", no),
    path("attest/", attest),
    path("change/", every),
    path("change/<str:digest>/", change),
    path("reads/", reads),
    path("policy/", policy),
    path("ledger/", ledger),
    path("health/", health),
    *staff.urlpatterns,
]
