"""Pages for what went wrong: whom to ask where something isn't theirs, what to tell where the fault is ours."""

from __future__ import annotations

import logging

from django.http import HttpRequest, HttpResponse, HttpResponseServerError
from django.shortcuts import render
from django.template.loader import render_to_string

from huiyin.org import queries as org
from huiyin.org.access import Forbidden

logger = logging.getLogger("huiyin.web")
_PLAIN = "Huiyin: the fault is ours. Please try again, and tell the administrator this number: {number}\n"


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403: what it is that the person's roles don't include, and who gives roles."""
    cause = exception.__cause__
    context = {
        "verb": cause.verb.label if isinstance(cause, Forbidden) else "",
        "administrators": org.administrators(),
    }
    return render(request, "403.html", context, status=403)


def failed(request: HttpRequest) -> HttpResponse:
    """500: the number by which the log knows this request. Needs no database, and no template if that fails too."""
    number = getattr(request, "number", "")
    try:
        return HttpResponseServerError(render_to_string("500.html", {"number": number}))
    except Exception:
        logger.exception("The page for errors failed")
        return HttpResponseServerError(_PLAIN.format(number=number), content_type="text/plain; charset=utf-8")
