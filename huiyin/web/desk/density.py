"""How close rows stand: kept with the person, like the language."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from huiyin.org import actions

from .door import StaffRequest, staff


@require_POST
@staff
def density(request: StaffRequest) -> HttpResponse:
    """Calm or dense, from now on."""
    actions.set_density(request.user, request.POST.get("density", ""))
    back = request.POST.get("next", "")
    good = back.startswith("/") and url_has_allowed_host_and_scheme(back, allowed_hosts=None)
    return redirect(back if good else reverse("inbox_home"))
