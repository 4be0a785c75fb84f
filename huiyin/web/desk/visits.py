"""Whom to call: the queue of return visits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from huiyin.org.access import Forbidden, Verb
from huiyin.returns import queries as returns
from huiyin.returns.methods import Method

from .door import StaffRequest, show, staff
from .inbox import cursor, cursor_text
from .reach import can

if TYPE_CHECKING:
    from huiyin.returns.models import ReturnVisit


@dataclass(frozen=True)
class Call:
    """One visit to do. `due`: its quiet time is over."""

    url: str
    subject: str
    severity: str
    site_name: str
    customer_name: str
    phone: str
    next_at: datetime
    due: bool
    tries: int
    said: str
    """What they answered by the way already."""


@require_safe
@staff
def queue(request: StaffRequest) -> HttpResponse:
    """The phone visits this person may do, the earliest first; nobody is asked to judge their own work."""
    if not can(request.user, Verb.VISIT):
        raise Forbidden(Verb.VISIT)
    page = returns.queue(request.user, after=cursor(request.GET.get("before")))
    calls = [
        Call(
            url=reverse("case_act", args=[visit.case.number, "visit"]),
            subject=visit.case.subject,
            severity=visit.case.severity,
            site_name=visit.case.site.name,
            customer_name=visit.case.customer.name if visit.case.customer else "",
            phone=visit.case.customer.phone_as_typed if visit.case.customer else "",
            next_at=visit.next_at,
            due=visit.next_at <= request.now,
            tries=visit.tries,
            said=_said(visit),
        )
        for visit in page.items
    ]
    older = f"?before={cursor_text(page.next)}".replace("+", "%2B") if page.next else ""
    return show(request, "desk/visits.html", {"calls": calls, "older_url": older}, view="visits")


def _said(visit: ReturnVisit) -> str:
    if visit.satisfied is None:
        return ""
    named = {"method": Method(visit.method).label, "number": visit.satisfied}
    return _("%(method)s: %(number)d of 5") % named
