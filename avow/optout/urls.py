"""Name the addresses of the choices."""

from django.urls import path

from avow.optout.views import linked, one_click, typed

urlpatterns = [
    path("", typed),
    path("<str:token>/", linked),
    path("<str:token>/one-click/", one_click),
]
