"""Cases like this one that have ended: how they were solved, how long it took, what their customers said."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from huiyin.cases import alike, words
from huiyin.cases import queries as cases
from huiyin.returns import queries as returns

from .door import StaffRequest, show, staff

if TYPE_CHECKING:
    from datetime import timedelta

    from huiyin.cases.alike import Past
    from huiyin.returns.models import ReturnVisit

_SHORT = 160


@dataclass(frozen=True)
class Like:
    """One of them, for `desk/similar_list.html`."""

    past: Past
    ended: str
    took: str
    done: str
    visit: ReturnVisit | None


@require_safe
@staff
def similar(request: StaffRequest, number: str) -> HttpResponse:
    """A page of its own, or the part of the case's page that htmx asks for."""
    case = cases.get(request.user, number)
    past = alike.similar(request.user, alike.voice_of(case, cases.first_words(case)))
    visits = returns.results([one.case.pk for one in past])
    likes = [
        Like(
            one,
            words.status(one.case.outcome if one.case.outcome in words.STANDING else one.case.status),
            duration(one.took),
            _short(one.done or one.told),
            visits.get(one.case.pk),
        )
        for one in past
    ]
    context = {"case": case, "likes": likes, "now": request.now}
    if request.headers.get("HX-Request"):
        return render(request, "desk/similar_list.html", context)
    return show(request, "desk/similar.html", context, counted=False)


def duration(took: timedelta) -> str:
    """“3 days”, “5 hours”, “20 minutes”: the largest that fits."""
    minutes = max(int(took.total_seconds() // 60), 0)
    if minutes >= 2 * 24 * 60:
        return ngettext("%(n)d day", "%(n)d days", minutes // 1440) % {"n": minutes // 1440}
    if minutes >= 120:
        return ngettext("%(n)d hour", "%(n)d hours", minutes // 60) % {"n": minutes // 60}
    return ngettext("%(n)d minute", "%(n)d minutes", minutes) % {"n": minutes}


def _short(text: str) -> str:
    return text if len(text) <= _SHORT else text[: _SHORT - 1] + "…"
