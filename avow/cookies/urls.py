"""Name the address of the counts."""

from django.urls import path

from avow.cookies.views import visits

urlpatterns = [path("", visits)]
