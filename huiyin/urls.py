"""Which address leads to which door."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("huiyin.api.urls")),
    path("", include("huiyin.web.urls")),
]
