"""Which address leads to which door."""

from django.urls import URLPattern, URLResolver, include, path

handler403 = "huiyin.web.problems.forbidden"
handler500 = "huiyin.web.problems.failed"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("huiyin.api.urls")),
    path("", include("huiyin.web.urls")),
]
