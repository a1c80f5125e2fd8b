"""Name every address of the site, chapter by chapter."""

from http import HTTPStatus

from django.urls import include, path
from django.views.generic import RedirectView

from avow.accuracy import urls as accuracy
from avow.collection import urls as collection
from avow.optout import urls as optout
from avow.page.failure import handler
from avow.updates import urls as updates
from avow.web import captured, health, pages
from avow.web.desk import urls as desk

handler400 = handler(HTTPStatus.BAD_REQUEST)
handler403 = handler(HTTPStatus.FORBIDDEN)
handler404 = handler(HTTPStatus.NOT_FOUND)
handler500 = handler(HTTPStatus.INTERNAL_SERVER_ERROR)

urlpatterns = [
    path("", pages.home),
    path("policy/", include(updates.urlpatterns)),
    *collection.urlpatterns,
    path("choices/", include(optout.urlpatterns)),
    *accuracy.urlpatterns,
    path("desk/", include(desk.urlpatterns)),
    path("mail/", captured.messages),
    path("mail/<str:name>/", captured.message),
    path("log/", RedirectView.as_view(url="/log/checkpoint")),
    path("log/checkpoint", pages.head),
    path("healthz", health.live),
    path("readyz", health.ready),
    path("robots.txt", pages.robots),
    path(".well-known/gpc.json", pages.gpc),
]
