"""Name the addresses of the queue of requests."""

from django.urls import path

from avow.web.desk.asked.one import close, longer, one, take
from avow.web.desk.asked.queue import requests

urlpatterns = [
    path("", requests),
    path("<uuid:key>/", one),
    path("<uuid:key>/take/", take),
    path("<uuid:key>/longer/", longer),
    path("<uuid:key>/answer/", close),
]
