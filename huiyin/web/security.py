"""Headers that Django 5.2 doesn't set by itself, and what must not reach the log."""

import logging
import re
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

# Everything from our own address, no inline script or style: what a customer typed can't become a program.
POLICY = "; ".join(
    (
        "default-src 'self'",
        "img-src 'self' data: blob:",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)

Answer = Callable[[HttpRequest], HttpResponse]


def content_security_policy(get_response: Answer) -> Answer:
    """Middleware: the Content-Security-Policy on every answer that doesn't bring a stricter one of its own."""

    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault("Content-Security-Policy", POLICY)
        response.headers.setdefault("Permissions-Policy", "geolocation=(self), camera=(self), microphone=()")
        return response

    return answer


class HideTokens(logging.Filter):
    """Links to a customer's case hold a secret in their path: the log gets `/…` instead."""

    secret = re.compile(r"/[\w-]{24,}")

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every record pass, with secrets cut out of its text."""
        if isinstance(record.args, tuple):
            record.args = tuple(self.secret.sub("/…", arg) if isinstance(arg, str) else arg for arg in record.args)
        return True
