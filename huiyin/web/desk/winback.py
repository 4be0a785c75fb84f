"""Who leaves after something went wrong, and what is done about it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from huiyin.base import money
from huiyin.cases.actions import BadInput, By
from huiyin.org import queries as org
from huiyin.org.access import Verb
from huiyin.standards import queries as standards
from huiyin.worth import leavers, winning

from .door import StaffRequest, show, staff
from .reach import can
from .recovery_report import asked_of, beside, last_day

STATES = {
    "": gettext_lazy("Leaving"),
    "won": gettext_lazy("Won back"),
    "lost": gettext_lazy("Let go"),
}
SCRIPT = ("greeting", "apologise", "ask")
"""Situations whose phrases are the script of the call."""


@require_safe
@staff
def listing(request: StaffRequest) -> HttpResponse:
    """Those who leave, or were won back or let go in a month; newest first, never in the order of what they bring."""
    asked, state = asked_of(request), request.GET.get("state", "")
    if state not in STATES:
        raise Http404
    days = (asked.month, last_day(asked.month))
    today, before = org.today(request.now), request.GET.get("before", "")
    if state:
        page = leavers.settled(request.user, asked.where, days, state, before=before)
    else:
        page = leavers.going(request.user, asked.where, today, before=before)
    kept = request.GET.copy()
    kept["before"] = page.next
    context = {
        "asked": asked,
        "rows": page.items,
        "rate": leavers.win_back(request.user, asked.where, days),
        "state": state,
        "states": [(name, asked.address("winback", state=code), code == state) for code, name in STATES.items()],
        "months": [(name, _month(asked, by, state)) for by, name in ((-1, "←"), (1, "→"))],
        "sites": [org.organisation().sites[pk] for pk in sorted(asked.where)],
        "reasons": winning.REASONS,
        "script": [standards.words_of(row) for name in SCRIPT for row in standards.phrases(situation=name)[:1]],
        "may_act": can(request.user, Verb.REMEDY),
        "today": today,
        "older_url": f"?{kept.urlencode()}" if page.next else "",
        "here": request.get_full_path(),
    }
    return show(request, "desk/winback.html", context, view="recovery_report")


def _month(asked: Any, by: int, state: str) -> str:
    named = {"month": beside(asked.month, by), "state": state, "site": asked.site.code if asked.site else ""}
    return "?" + urlencode({key: value for key, value in named.items() if value})


def _call(request: StaffRequest, pk: int, by: By) -> None:
    winning.plan_call(pk, by, call_on=_day(request.POST.get("call_on", "")), today=org.today(request.now))


def _won(request: StaffRequest, pk: int, by: By) -> None:
    winning.won(pk, by, words=request.POST.get("words", ""), cost=_cost(request))


def _lost(request: StaffRequest, pk: int, by: By) -> None:
    reason, words = request.POST.get("reason", ""), request.POST.get("words", "")
    winning.let_go(pk, by, reason=reason, words=words, cost=_cost(request))


WIN_ACTS: Mapping[str, Callable[[StaffRequest, int, By], None]] = {"call": _call, "won": _won, "lost": _lost}


@require_POST
@staff
def act(request: StaffRequest, leaving_id: int, act: str) -> HttpResponse:
    """One of the acts; back to where one came from."""
    if act not in WIN_ACTS:
        raise Http404
    winning.require(leaving_id, request.user)  # before anything is said about what was typed
    return _done(request, lambda: WIN_ACTS[act](request, leaving_id, By(request.user, request.now)))


@require_POST
@staff
def says(request: StaffRequest) -> HttpResponse:
    """A customer said in a case that they leave."""
    asked_of(request)  # for those who measure
    number, words = request.POST.get("number", ""), request.POST.get("words", "")
    by = By(request.user, request.now)

    def add() -> None:
        try:
            winning.says(number, by, words=words, today=org.today(request.now))
        except ObjectDoesNotExist as error:
            raise BadInput("number", _("There is no such case that you may see.")) from error

    return _done(request, add)


def _done(request: StaffRequest, run: Callable[[], None]) -> HttpResponse:
    try:
        run()
    except BadInput as error:
        messages.error(request, error.text)
    else:
        messages.success(request, _("Noted on the case's timeline."))
    back = request.POST.get("back", "")
    return redirect(back if back.startswith("/reports/winback/") else "winback")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise BadInput("call_on", _("Give a day like 2026-03-31.")) from error


def _cost(request: StaffRequest) -> int:
    text = request.POST.get("cost", "").strip()
    try:
        return money.read(text) if text else 0
    except money.BadAmount as error:
        raise BadInput("cost", _("Write an amount like 30 or 30.50.")) from error
