"""What customers said to a department's work in a month, and what the department says would have helped."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from huiyin.org import queries as org
from huiyin.org.access import Forbidden, Verb
from huiyin.returns import heard, hearing

from .door import StaffRequest, show, staff
from .inbox import number
from .reach import can


@require_safe
@staff
def page(request: StaffRequest) -> HttpResponse:
    """A month; of one's own department, or of all for those who lead."""
    if not (can(request.user, Verb.EXPLAIN) or can(request.user, Verb.ASK_DEPARTMENT) or heard.leads(request.user)):
        raise Forbidden(Verb.EXPLAIN)
    first = _month(request)
    begin, end = (timezone.make_aware(datetime.combine(day, time.min)) for day in (first, _next(first)))
    leads, department = heard.leads(request.user), number(request.GET.get("department", ""))
    place = heard.place(request.GET.get("before", ""))
    found = heard.page(request.user, begin, end, department=department, before=place)
    counted_by = heard.counts(request.user, begin, end, department=department)
    names = {**dict(hearing.HELPS), "": _("not answered")}
    kept = request.GET.copy()
    kept["before"] = found.next
    context = {
        "rows": found.items,
        "helps": [(names[code], count) for code, count in counted_by.items()],
        "month": first,
        "earlier_url": _url(_next(first, -1), department),
        "later_url": _url(_next(first), department) if _next(first) <= org.today(request.now) else "",
        "departments": org.organisation().departments.values() if leads else (),
        "department": department,
        "older_url": f"?{kept.urlencode()}" if found.next else "",
    }
    return show(request, "desk/heard.html", context, view="heard")


def _url(month: date, department: int | None) -> str:
    return "?" + urlencode({"month": f"{month:%Y-%m}"} | ({"department": department} if department else {}))


def _month(request: StaffRequest) -> date:
    text = request.GET.get("month", "")
    if not text:
        return org.today(request.now).replace(day=1)
    try:
        found = date.fromisoformat(f"{text}-01")
    except ValueError as error:
        raise Http404 from error
    if not 2000 <= found.year <= 2100:
        raise Http404
    return found


def _next(first: date, step: int = 1) -> date:
    return (first + timedelta(days=31)).replace(day=1) if step > 0 else (first - timedelta(days=1)).replace(day=1)
