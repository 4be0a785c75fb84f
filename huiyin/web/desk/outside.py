"""Whom to call outside about a case: the bodies of the register that fit it."""

from __future__ import annotations

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from huiyin.cases import outside
from huiyin.cases import queries as cases
from huiyin.org import history

from .door import StaffRequest, show, staff


@require_safe
@staff
def outside_bodies(request: StaffRequest, number: str) -> HttpResponse:
    """A page of its own, so that the page of the case asks nothing for it."""
    case = cases.get(request.user, number)
    rows = [(row, outside.until(row, case, request.now)) for row in outside.fitting(case)]
    context = {"case": case, "rows": rows, "may_edit": history.may_edit(request.user)}
    return show(request, "desk/outside.html", context, counted=False)
