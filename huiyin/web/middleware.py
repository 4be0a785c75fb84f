"""What every request has round it: one look at the reference data, and the company's time zone."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from huiyin.org import queries, reference

Answer = Callable[[HttpRequest], HttpResponse]


def pinned_reference(get_response: Answer) -> Answer:
    """Middleware: sites, roles and categories are the same from the beginning of a request to its end.

    Times are those of the company's root site; a page about one site may `timezone.activate` another until the end.
    """

    def answer(request: HttpRequest) -> HttpResponse:
        with reference.pinned():
            if settings.SESSION_COOKIE_NAME in request.COOKIES:
                bool(request.user.is_authenticated)  # who it is comes with the revision, in one question
            with timezone.override(queries.company_zone()):
                return get_response(request)

    return answer
