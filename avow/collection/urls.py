"""Name the addresses of the forms."""

from django.urls import path

from avow.collection.confirm import anew, confirm
from avow.collection.views import inquire, join, register

urlpatterns = [
    path("register/", register),
    path("inquiry/", inquire),
    path("lists/<slug:joins>/join/", join),
    path("confirm/", anew),
    path("confirm/<str:token>/", confirm),
]
