"""Name the addresses of what we write: the lists, and their past issues."""

from django.urls import path

from avow.uses.issues import issue, issues, lists

urlpatterns = [
    path("", lists),
    path("issues/<uuid:key>/", issue),
    path("<slug:name>/", issues),
]
