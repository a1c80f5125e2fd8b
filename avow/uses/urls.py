"""Name the addresses of what we write: the lists, and their past issues."""

from django.urls import path

from avow.uses.issues import issue, issues, lists
from avow.uses.pictures import shown

urlpatterns = [
    path("", lists),
    path("issues/<uuid:key>/", issue),
    path("pictures/<str:file>", shown),
    path("<slug:name>/", issues),
]
