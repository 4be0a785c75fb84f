"""Files of a case, given out only with the case they belong to."""

from __future__ import annotations

from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from huiyin.cases import queries as cases
from huiyin.web.downloads import give

from .door import StaffRequest, staff


@require_safe
@staff
def file(request: StaffRequest, number: str, file_id: int) -> HttpResponseBase:
    """A file as it arrived."""
    return give(cases.file_for(request.user, number, file_id))
