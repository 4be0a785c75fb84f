"""What all pages of the portal share: the language of the address, no copies, a kind word for a wrong address."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import translation

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def customer_page(view: View[P]) -> View[P]:
    """A page that a customer opens: `?language=` chooses the language and is remembered; a wrong address gets help."""

    @wraps(view)
    def answer(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        chosen = _chosen(request)
        try:
            response = view(request, *args, **kwargs)
        except (Http404, ObjectDoesNotExist):
            response = render(request, "portal/unknown.html", {"here": request.path}, status=404)
        if chosen:
            _remember(response, chosen)
        response.headers["Cache-Control"] = "no-store"
        return response

    return answer


def private(view: View[P]) -> View[P]:
    """A page whose address is a secret: it must not travel on to other sites or into search engines."""

    @wraps(view)
    def answer(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return answer


def _chosen(request: HttpRequest) -> str:
    """A link, not a form: it can stand in a QR code, and works where browsers send no origin with a form."""
    code = request.GET.get("language", "")
    if code not in dict(settings.LANGUAGES):
        return ""
    translation.activate(code)
    return code


def _remember(response: HttpResponseBase, code: str) -> None:
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        code,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        samesite="Lax",
    )
