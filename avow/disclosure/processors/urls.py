"""Name the addresses at which a program of those who work for us reads."""

from django.urls import path

from avow.disclosure.processors.views import people, told

urlpatterns = [path("processor/", people), path("processor/told/", told)]
