"""Name the addresses of the queue of requests."""

from django.urls import path

from avow.web.desk.asked.barred import barred, lifted
from avow.web.desk.asked.named import named, shown, told
from avow.web.desk.asked.one import close, longer, one, take
from avow.web.desk.asked.queue import requests

urlpatterns = [
    path("", requests),
    path("barred/", barred),
    path("barred/<uuid:key>/lift/", lifted),
    path("<uuid:key>/", one),
    path("<uuid:key>/take/", take),
    path("<uuid:key>/longer/", longer),
    path("<uuid:key>/answer/", close),
    path("<uuid:key>/named/", named),
    path("<uuid:key>/tell/", told),
    path("<uuid:key>/paper/", shown),
]
