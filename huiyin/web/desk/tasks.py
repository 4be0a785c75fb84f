"""What a department has to do, for the telephone of whoever does it: tasks instead of cases."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from huiyin.cases.workflow import EventKind
from huiyin.clocks import tasks
from huiyin.clocks.tasks import DepartmentTask, Place
from huiyin.returns import heard, hearing

from . import inbox
from .door import StaffRequest, show, staff
from .reach import is_back_office
from .rows import Mark

_TIMELESS = "-"


@dataclass(frozen=True)
class Row:
    """One task; `where`: site, place and home, `phone` as one dials it and as it is read."""

    url: str
    subject: str
    severity: str
    text: str
    passed: str
    due_at: datetime | None
    warn_at: datetime | None
    where: str
    customer: str
    phone: tuple[str, str] | None
    marks: list[Mark]


@require_safe
@staff
def department(request: StaffRequest) -> HttpResponseBase:
    """The tasks of their department for people of the back office, the cases with such tasks for all others."""
    if not is_back_office(request.user):
        return inbox.inbox(request, "department")
    asked = request.GET.get("before", "")
    page = tasks.page(request.user, after=place(asked))
    context = {
        "view": inbox.VIEWS["department"],
        "rows": [_row(one) for one in page.items],
        "older_url": f"?before={place_text(page.next)}" if page.next else "",
        "newest_url": request.path if asked else "",
        "waiting": [] if asked else heard.waiting(request.user),
        "helps": hearing.HELPS,
    }
    return show(request, "desk/tasks.html", context, view="department")


def place(text: str) -> Place | None:
    """Where a page goes on, as an address says it; None for nonsense."""
    start, _mark, key = text.partition("~")
    if start == _TIMELESS and (pk := inbox.number(key)) is not None:
        return None, pk
    return inbox.cursor(text.replace(" ", "+"))  # a plus sign in an address is a space


def place_text(at: Place) -> str:
    """The other way round."""
    due, pk = at
    return f"{_TIMELESS}~{pk}" if due is None else inbox.cursor_text((due, pk)).replace("+00:00", "Z")


def _row(task: DepartmentTask) -> Row:
    case, customer = task.case, task.case.customer
    home = customer.home.label if customer is not None and customer.home is not None else ""
    where = dict.fromkeys(part for part in (case.site.name, case.place, home) if part)
    phone = customer.phone if customer is not None else ""
    passed = _("passed on by %(department)s: %(reason)s") % {"department": task.passed_from, "reason": task.why_passed}
    return Row(
        url=reverse("case", args=[case.number]),
        subject=case.subject,
        severity=case.severity,
        text=task.text,
        passed=passed if task.passed_from else "",
        due_at=task.due_at,
        warn_at=task.warn_at,
        where=" ".join(where),
        customer=customer.name if customer is not None else "",
        phone=(phone, (customer.phone_as_typed if customer else "") or phone) if phone else None,
        marks=marks(task),
    )


def marks(task: DepartmentTask) -> list[Mark]:
    """How far it has come, and who waits for what."""
    about = {what for _seq, what, hand_over in task.case.open_requests if hand_over == task.number}
    found = [
        (task.to_sign and task.signed_at is None, Mark("chased", _("not signed for yet"))),
        (task.signed_at is not None, Mark("signed", _("signed"))),
        (task.number in task.case.open_questions, Mark("decide", _("asked the front desk"))),
        (EventKind.RETURNING in about, Mark("decide", _("return asked for"))),
        (EventKind.EXTENDING in about, Mark("decide", _("more time asked for"))),
        (bool(task.case.chased), Mark("chased", _("chased ×%(times)d") % {"times": task.case.chased})),
        (bool(task.files), Mark("plain", _("files: %(number)d") % {"number": task.files})),
    ]
    return [mark for there, mark in found if there]
