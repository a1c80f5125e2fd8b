"""Name the addresses of the forms."""

from django.urls import include, path

from avow.collection.confirm import anew, confirm
from avow.collection.forum import urls as forum
from avow.collection.views import apply, inquire, join, order, register, support

urlpatterns = [
    path("register/", register),
    path("inquiry/", inquire),
    path("order/", order),
    path("support/", support),
    path("apply/", apply),
    path("forum/", include(forum.urlpatterns)),
    path("lists/<slug:joins>/join/", join),
    path("confirm/", anew),
    path("confirm/<str:token>/", confirm),
]
