"""Name the addresses of the forum."""

from django.urls import path

from avow.collection.forum.boards import board, boards
from avow.collection.forum.join import join, leave
from avow.collection.forum.name import name
from avow.collection.forum.report import report
from avow.collection.forum.search import search
from avow.collection.forum.thread import begin, remove_, thread

urlpatterns = [
    path("", boards),
    path("name/", name),
    path("search/", search),
    path("t/<uuid:key>/", thread),
    path("post/<uuid:key>/report/", report),
    path("post/<uuid:key>/remove/", remove_),
    path("<slug:name>/", board),
    path("<slug:name>/new/", begin),
    path("<slug:name>/join/", join),
    path("<slug:name>/leave/", leave),
]
