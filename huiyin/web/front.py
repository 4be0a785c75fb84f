"""The first page."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from huiyin.org import queries


@require_safe
def front(request: HttpRequest) -> HttpResponse:
    """The customer's doors and the way to the log-in; members of staff go on to their cases."""
    if request.user.is_authenticated:
        return redirect("inbox_home")
    organisation = queries.organisation()
    return render(request, "desk/front.html", {"sites": organisation.doors})
