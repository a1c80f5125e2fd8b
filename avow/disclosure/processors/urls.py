"""Name the address at which a program of those who work for us reads."""

from django.urls import path

from avow.disclosure.processors.views import people

urlpatterns = [path("processor/", people)]
