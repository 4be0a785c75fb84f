"""Notices: what this person was told, and the calls that wait for them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from huiyin.alerts import emergencies, notices
from huiyin.alerts.incidents import NotPossible
from huiyin.cases import queries as cases
from huiyin.cases.actions import By
from huiyin.groups import queries as groups
from huiyin.org import queries as org

from .door import StaffRequest, show, staff
from .inbox import number as number_in

if TYPE_CHECKING:
    from huiyin.alerts.models import Notice


@dataclass(frozen=True)
class Row:
    """One notice."""

    pk: int
    url: str
    what: str
    about: str
    where: str
    at: datetime
    seen: bool
    call: str
    """The number of the case whose call waits for an acknowledgement."""


def _statement(pk: int) -> tuple[str, str, str]:
    return reverse("settings_notice", args=[pk]), _("Notices to customers"), ""


def _foreseen(site: int) -> tuple[str, str, str]:
    found = org.organisation().sites.get(site)
    return reverse("settings_foreseen"), _("Worth warning of"), found.name if found else ""


_ELSEWHERE: Mapping[str, Callable[[int], tuple[str, str, str]]] = {"statement": _statement, "foreseen": _foreseen}
"""What is about neither a case nor an incident: address, words and place."""


@require_safe
@staff
def listing(request: StaffRequest) -> HttpResponse:
    """Unseen ones first."""
    page = notices.page(request.user, after=_cursor(request.GET.get("before")))
    older = f"?before={'seen' if page.next[0] else 'unseen'}~{page.next[1]}" if page.next else ""
    led = {one.case_id for one in page.items if one.case_id is not None and one.what in notices.OF_GROUPS}
    found = groups.belonging(led)
    context = {"rows": [_row(one, found) for one in page.items], "older_url": older}
    return show(request, "desk/notices.html", context, view="notices")


def _cursor(text: str | None) -> tuple[bool, int] | None:
    kind, _mark, key = (text or "").partition("~")
    pk = number_in(key)
    return (kind == "seen", pk) if pk is not None and kind in ("seen", "unseen") else None


def _row(one: Notice, of_groups: Mapping[int, int]) -> Row:
    waits = one.must_acknowledge and one.seen_at is None
    url, about, where = "", "", ""
    if one.case is not None:
        url, about, where = reverse("case", args=[one.case.number]), one.case.subject, one.case.site.name
        if one.what in notices.OF_GROUPS and one.case.pk in of_groups:
            url = reverse("group", args=[of_groups[one.case.pk]])
    elif one.incident is not None:
        url, about = reverse("incident", args=[one.incident.pk]), one.incident.title
    elif one.what in _ELSEWHERE:
        url, about, where = _ELSEWHERE[one.what](one.seq)
    else:  # about no case: an objection to a mark, which stands in the list of all
        url, about = reverse("marks"), _("Special attention")
    call = one.case.number if one.case is not None and waits else ""
    return Row(one.pk, url, one.get_what_display(), about, where, one.at, one.seen_at is not None, call)


@require_POST
@staff
def seen(request: StaffRequest) -> HttpResponse:
    """Mark one as seen, or all; calls stay until they are acknowledged."""
    notices.mark_seen(request.user, at=request.now, notice_id=number_in(request.POST.get("notice")))
    return redirect("notices")


@require_POST
@staff
def acknowledge(request: StaffRequest, number: str) -> HttpResponse:
    """“I have it.”"""
    case = cases.get(request.user, number)
    try:
        emergencies.acknowledge(case.pk, By(request.user, request.now))
        messages.success(request, _("You have acknowledged the call."))
    except NotPossible as error:
        messages.error(request, error.text)
    return redirect("case", case.number)
