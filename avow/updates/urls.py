"""Name the addresses of the policy and its versions."""

from django.urls import path

from avow.updates.views import changes, current, linked, plain_text, version

urlpatterns = [
    path("", current),
    path("<str:name>/", version),
    path("<str:name>/policy.txt", plain_text),
    path("<str:name>/policy.jsonld", linked),
    path("<str:name>/changes/", changes),
]
