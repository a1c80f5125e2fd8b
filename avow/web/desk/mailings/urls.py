"""Name the addresses of the desk of mailings."""

from django.urls import path

from avow.web.desk.mailings.lines import people
from avow.web.desk.mailings.moves import call_off, go_on, hold_back, let_go, take_back, try_again, try_out
from avow.web.desk.mailings.picture import put_in
from avow.web.desk.mailings.sender import sender
from avow.web.desk.mailings.shelf import new, shelf
from avow.web.desk.mailings.watch import one
from avow.web.desk.mailings.write import look, write

urlpatterns = [
    path("", shelf),
    path("new/", new),
    path("sender/", sender),
    path("<uuid:key>/", one),
    path("<uuid:key>/write/", write),
    path("<uuid:key>/look/", look),
    path("<uuid:key>/picture/", put_in),
    path("<uuid:key>/people/", people),
    path("<uuid:key>/schedule/", let_go),
    path("<uuid:key>/draft/", take_back),
    path("<uuid:key>/pause/", hold_back),
    path("<uuid:key>/resume/", go_on),
    path("<uuid:key>/cancel/", call_off),
    path("<uuid:key>/again/", try_again),
    path("<uuid:key>/test/", try_out),
]
