"""The addresses of the API; the door looks no further than here."""

from django.urls import URLPattern, URLResolver, path

from .v1 import api

urlpatterns: list[URLPattern | URLResolver] = [path("api/v1/", api.urls)]
