"""Name every address of the site, chapter by chapter."""

from http import HTTPStatus

from django.urls import include, path

from avow.accuracy import urls as accuracy
from avow.collection import urls as collection
from avow.cookies import urls as cookies
from avow.disclosure.outside import urls as outside
from avow.disclosure.processors import urls as processors
from avow.optout import urls as optout
from avow.page.failure import handler
from avow.updates import urls as updates
from avow.uses import urls as uses
from avow.uses.insight.views import kinds
from avow.web import captured, health, log, pages
from avow.web.desk import urls as desk

handler400 = handler(HTTPStatus.BAD_REQUEST)
handler403 = handler(HTTPStatus.FORBIDDEN)
handler404 = pages.missing
handler500 = handler(HTTPStatus.INTERNAL_SERVER_ERROR)

urlpatterns = [
    path("", pages.home),
    path("policy/", include(updates.urlpatterns)),
    *collection.urlpatterns,
    path("lists/", include(uses.urlpatterns)),
    path("choices/", include(optout.urlpatterns)),
    *accuracy.urlpatterns,
    path("given/", include(outside.urlpatterns)),
    *processors.urlpatterns,
    *cookies.urlpatterns,
    path("desk/insight/", kinds),
    path("desk/", include(desk.urlpatterns)),
    path("mail/", captured.messages),
    path("mail/<str:name>/", captured.message),
    path("log/", log.index),
    path("log/checkpoint", log.head),
    path("log/keys", log.keys),
    path("log/tile/<path:path>", log.tile),
    path("healthz", health.live),
    path("readyz", health.ready),
    path("robots.txt", pages.robots),
    path("favicon.ico", pages.icon),
    path(".well-known/gpc.json", pages.gpc),
]
