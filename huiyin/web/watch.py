"""Round every request: its id, its line in the log, its count. Nothing that a person typed gets into either."""

from __future__ import annotations

import logging
import re
import secrets
import time
from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from huiyin.base.ids import BadReceiptNumber, parse_receipt_number

from . import counts

logger = logging.getLogger("huiyin.requests")

Answer = Callable[[HttpRequest], HttpResponseBase]
# Hexadecimal and long, as proxies make them: neither a telephone number nor somebody's link passes for one.
_SANE = re.compile(r"[0-9a-fA-F][0-9a-fA-F-]{15,63}")
_CASE = re.compile(r"/cases/(\d{4,20})(?:/|$)")


def watched(get_response: Answer) -> Answer:
    """Middleware, the outermost: `X-Request-Id` is taken over when it is sane, else made, and given back."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        given, begun = request.META.get("HTTP_X_REQUEST_ID", ""), time.perf_counter()
        name = given if _SANE.fullmatch(given) else secrets.token_hex(16)
        request.number = name  # type: ignore[attr-defined]  # for the page of an error, and its record in the log
        response = get_response(request)
        response.headers["X-Request-Id"] = name
        _tell(request, response, name, time.perf_counter() - begun)
        return response

    return answer


def _tell(request: HttpRequest, response: HttpResponseBase, name: str, seconds: float) -> None:
    method, status = request.method or "", response.status_code
    route = route_of(request)
    counts.count(method, route, status, seconds)
    if route in {"static", "probe"}:
        return
    extra = {"method": method, "route": route, "status": status, "ms": round(seconds * 1000, 1), "request": name}
    logger.info("request", extra=extra | {"user": _user(request), "case": _case(request, response)})


def route_of(request: HttpRequest) -> str:
    """The address with names instead of values, as `urls.py` has it."""
    match = request.resolver_match
    if match is not None:
        return match.route or "/"
    if request.path_info.startswith("/static/"):
        return "static"
    return "probe" if request.path_info in {"/healthz", "/readyz", "/metrics"} else "unknown"


def _user(request: HttpRequest) -> int | None:
    """Who asked, when that is known already: nobody is looked up for the log."""
    caller = getattr(request, "caller", None)
    user = caller.user if caller is not None else getattr(request, "_cached_user", None)
    return getattr(user, "pk", None)


def _case(request: HttpRequest, response: HttpResponseBase) -> str | None:
    match = request.resolver_match
    number = str(match.kwargs.get("number", "")) if match is not None else ""
    if not number and (found := _CASE.search(response.headers.get("Location", ""))):
        number = found[1]
    try:
        parse_receipt_number(number)
    except BadReceiptNumber:
        return None
    return number
