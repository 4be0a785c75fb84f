"""The lists of the rail by themselves, for pages that leave counting to a second request."""

from __future__ import annotations

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from .door import StaffRequest, show, staff


@require_safe
@staff
def rail(request: StaffRequest) -> HttpResponse:
    """Places and saved views with how many cases lie in each."""
    return show(request, "desk/rail_lists.html", {}, view=request.GET.get("view", ""))
