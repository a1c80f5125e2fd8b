"""Name the addresses of the forms."""

from typing import Final

from django.urls import include, path

from avow.collection.confirm import anew, confirm
from avow.collection.embedded.snippet import snippet
from avow.collection.forum import urls as forum
from avow.collection.matters.mine import file, mine, one
from avow.collection.views import apply, inquire, join, order, register, support
from avow.terms import ChannelKind

_FORMS: Final = {
    "register": ChannelKind.REGISTRATION,
    "inquiry": ChannelKind.INQUIRY,
    "order": ChannelKind.ORDER,
    "support": ChannelKind.SUPPORT,
    "apply": ChannelKind.APPLICATION,
}

urlpatterns = [
    path("register/", register),
    path("inquiry/", inquire),
    path("order/", order),
    path("support/", support),
    path("apply/", apply),
    *(path(f"{name}/snippet/", snippet, {"kind": kind}) for name, kind in _FORMS.items()),
    path("forum/", include(forum.urlpatterns)),
    path("lists/<slug:joins>/join/", join),
    path("me/said/", mine),
    path("me/said/<uuid:key>/", one),
    path("me/said/<uuid:key>/file/<uuid:file>/", file),
    path("confirm/", anew),
    path("confirm/<str:token>/", confirm),
]
