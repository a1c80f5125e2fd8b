"""Name the addresses of each desk at which matters are answered."""

from django.urls import URLPattern, URLResolver, include, path

from avow.web.desk.matters.one import file, one
from avow.web.desk.matters.place import PLACES, Place
from avow.web.desk.matters.pool import pool
from avow.web.desk.matters.saved import saved
from avow.web.desk.matters.shelf import shelf, take


def _paths(place: Place) -> list[URLPattern]:
    named = {"place": place}
    return [
        path("", shelf, named),
        path("saved/", saved, named),
        path("<uuid:key>/", one, named),
        path("<uuid:key>/take/", take, named),
        path("<uuid:key>/file/<uuid:file>/", file, named),
    ]


urlpatterns: list[URLPattern | URLResolver] = [
    path("applications/pool/", pool),
    *(path(f"{place.name}/", include(_paths(place))) for place in PLACES),
]
