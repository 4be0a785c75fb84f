"""Headers that Django 5.2 doesn't set by itself."""

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
