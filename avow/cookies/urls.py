"""Name the addresses of the cookies that we set, and of the counts."""

from django.urls import path

from avow.cookies.choice import choice
from avow.cookies.views import visits

urlpatterns = [path("cookies/", choice), path("desk/visits/", visits)]
