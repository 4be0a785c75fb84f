"""The way in: every request below `/api/` is answered here, before sessions, cookies and languages come into play.

Authentication comes first, also for addresses that don't exist. Every error leaves as `application/problem+json`. The
API speaks English, whatever the language of the installation.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import cast

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import resolve
from django.utils import timezone, translation

from huiyin.org import reference

from . import problems
from .caller import ApiRequest, authenticate

PREFIX = "/api/"

Answer = Callable[[HttpRequest], HttpResponseBase]


def door(get_response: Answer) -> Answer:
    """Middleware: answers requests of programs, and passes on all others."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        if not request.path_info.startswith(PREFIX):
            return get_response(request)
        with translation.override("en"):
            response = _answer(request)
        response.headers.setdefault("Cache-Control", "no-store")
        return response

    return answer


def _answer(request: HttpRequest) -> HttpResponseBase:
    try:
        with reference.pinned():
            cast("ApiRequest", request).caller = authenticate(request, timezone.now())
            _measure(request)
            match = resolve(request.path_info, urlconf="huiyin.api.urls")
            request.resolver_match = match
            with _head_as_get(request):
                response: HttpResponseBase = match.func(request, *match.args, **match.kwargs)
    except Exception as error:
        response = problems.answer(request, error)
    if response.status_code >= 400 and response.headers.get("Content-Type") != problems.MEDIA_TYPE:
        response = problems.instead_of(response)
    return response


@contextmanager
def _head_as_get(request: HttpRequest) -> Iterator[None]:
    """What can be read answers HEAD too; the server leaves the body out."""
    method = request.method
    if method == "HEAD":
        request.method = "GET"
    try:
        yield
    finally:
        request.method = method


def _measure(request: HttpRequest) -> None:
    """Refuse by its announced length what would be refused after it has been read and kept in a file."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    if length.isdigit() and int(length) > (settings.HUIYIN_UPLOAD_MB + 1) * 1024 * 1024:
        raise RequestDataTooBig
