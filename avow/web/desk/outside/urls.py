"""Name the addresses of the desk's pages about what goes outside."""

from django.urls import path

from avow.web.desk.outside.give import give
from avow.web.desk.outside.ordered import every_order, one_order
from avow.web.desk.outside.organizations import answered, end, outside

urlpatterns = [
    path("", outside),
    path("law/", every_order),
    path("law/<uuid:key>/", one_order),
    path("notices/<uuid:notice>/", answered),
    path("<slug:name>/", give),
    path("<slug:name>/end/", end),
]
