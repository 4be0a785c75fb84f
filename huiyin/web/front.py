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
    # A door for each place of service; levels above them are for us. A company of one site is that site.
    doors = [site for site in organisation.sites.values() if not organisation.children.get(site.pk)]
    return render(request, "desk/front.html", {"sites": doors})
