"""Name the addresses of notices to organizations."""

from django.urls import path

from avow.disclosure.outside.notices import FILE, named, notice

urlpatterns = [
    path("<str:token>/", notice),
    path(f"<str:token>/{FILE}", named),
]
