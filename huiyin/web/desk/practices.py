"""Work standards as the staff reads them: one table, to be printed for the wall too."""

from __future__ import annotations

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from huiyin.org import history
from huiyin.standards import practices

from .door import StaffRequest, show, staff


@require_safe
@staff
def table(request: StaffRequest) -> HttpResponse:
    """All standards in use, in the order of the work."""
    context = {"rows": practices.table(), "may_edit": history.may_edit(request.user)}
    return show(request, "desk/practices.html", context, view="practices")
