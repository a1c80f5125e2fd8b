"""Name the addresses of the policy and its versions."""

from django.urls import path

from avow.page.kept.linked import file, page
from avow.page.kept.receipt import FILE
from avow.updates.asked.question import question
from avow.updates.shown.feed import feed
from avow.updates.views import changes, current, linked, plain_text, version

urlpatterns = [
    path("", current),
    path("feed.atom", feed),
    path("question/receipt/<str:token>/", page),
    path(f"question/receipt/<str:token>/{FILE}", file),
    path("question/<str:token>/", question),
    path("<str:name>/", version),
    path("<str:name>/policy.txt", plain_text),
    path("<str:name>/policy.jsonld", linked),
    path("<str:name>/changes/", changes),
]
