"""Methods that no page knows (PUT, PATCH, DELETE, …) get 405 with what the page does know."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase

View = Callable[..., HttpResponseBase]
KNOWN = frozenset({"GET", "HEAD", "POST", "OPTIONS", "TRACE"})


class OnlyKnown:
    """Middleware, before the look at where a form comes from: that would say 403 where 405 is the truth."""

    def __init__(self, get_response: View) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Nothing to do before a view is known."""
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: View, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponseBase | None:
        """Ask the page by OPTIONS, which every page refuses with its list and which can do nothing."""
        method = request.method
        if method in KNOWN:
            return None
        request.method = "OPTIONS"
        try:
            return view(request, *args, **kwargs)
        finally:
            request.method = method
