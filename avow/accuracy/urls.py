"""Name the addresses of who signed in."""

from django.urls import path

from avow.accuracy.change import change
from avow.accuracy.me import me
from avow.accuracy.seen.reads import reads
from avow.accuracy.signin import signin, signout

urlpatterns = [
    path("signin/", signin),
    path("signout/", signout),
    path("me/", me),
    path("me/address/", change),
    path("me/reads/", reads),
]
