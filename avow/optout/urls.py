"""Name the addresses of the choices."""

from django.urls import path

from avow.optout.views import linked, one_click, typed
from avow.optout.why import why
from avow.page.kept.linked import file, page
from avow.page.kept.receipt import FILE

urlpatterns = [
    path("", typed),
    path("receipt/<str:token>/", page),
    path(f"receipt/<str:token>/{FILE}", file),
    path("<str:token>/", linked),
    path("<str:token>/one-click/", one_click),
    path("<str:token>/why/", why),
]
