"""Several at one case: who else looks at it or writes, and what was written since one's page was made."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

from django.db import OperationalError, transaction
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from huiyin.cases import queries as cases
from huiyin.cases.workflow import EventKind
from huiyin.web.models import Looking

from .door import StaffRequest, staff
from .inbox import number as number_in
from .verbs import ACTS

HERE = timedelta(seconds=60)
"""So long after the last beat somebody is taken to be still here; a page beats every twenty seconds."""


@dataclass(frozen=True)
class Other:
    """A colleague at the same case; `doing` is what the verb they write for is called, or empty."""

    name: str
    doing: str


@require_POST
@staff
def together(request: StaffRequest, number: str) -> HttpResponse:
    """A page of the case is open: note it, and tell who else is here and what is new since `version`."""
    case = cases.get(request.user, number)
    verb = request.POST.get("writing", "")
    writing = verb if verb in ACTS else ""
    # A busy database leaves a beat out; the next one comes in twenty seconds.
    with suppress(OperationalError), transaction.atomic():
        Looking.objects.update_or_create(user=request.user, case=case, defaults={"writing": writing, "at": request.now})
        Looking.objects.filter(user=request.user, at__lt=request.now - HERE).delete()
    others = Looking.objects.filter(case=case, at__gte=request.now - HERE).exclude(user=request.user)
    version = number_in(request.POST.get("version"))
    news = cases.since(case, version) if version is not None else []
    context = {
        "others": [Other(one.user.name, _doing(one.writing)) for one in others.select_related("user").order_by("at")],
        "news": [(event.actor.name if event.actor else "", EventKind(event.kind).label, event.at) for event in news],
        "case": case,
        "writing": writing,
        "now": request.now,
    }
    return render(request, "desk/together.html", context)


def _doing(verb: str) -> str:
    return ACTS[verb].called(verb) if verb in ACTS else ""
