"""Words not yet sent, kept on the server: they are there on the next machine too, and gone once they are sent."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING

from django.forms import Textarea
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from huiyin.cases import queries as cases
from huiyin.web.models import Draft

from .door import StaffRequest, staff
from .verbs import ACTS

if TYPE_CHECKING:
    from django.http import QueryDict

    from huiyin.cases.models import Case
    from huiyin.org.models import User

KEPT = timedelta(days=30)
MOST_LETTERS = 20_000
"""Of one field; as many as an action takes."""


@require_POST
@staff
def draft(request: StaffRequest, number: str, verb: str) -> HttpResponse:
    """Keep what is typed so far for a verb; nothing typed, or `discard`, forgets it."""
    if verb not in ACTS:
        raise Http404
    case = cases.get(request.user, number)
    words = {} if "discard" in request.POST else _words(verb, request.POST)
    if words:
        fields = {"words": words, "at": request.now}
        _row, new = Draft.objects.update_or_create(user=request.user, case=case, verb=verb, defaults=fields)
        if new:
            Draft.objects.filter(user=request.user, at__lt=request.now - KEPT).delete()
    else:
        forget(request.user, case, verb)
    return redirect("case", number) if "discard" in request.POST else HttpResponse(status=204)


def _words(verb: str, sent: QueryDict) -> dict[str, str]:
    """The prose among what was sent: a choice is made anew, a file chosen anew."""
    prose = [name for name, field in ACTS[verb].form.base_fields.items() if isinstance(field.widget, Textarea)]
    # A draft is kept as it was typed; only PostgreSQL's JSON knows no NUL.
    typed = {name: str(sent.get(name, "")).replace("\0", "")[:MOST_LETTERS] for name in prose}
    return {name: text for name, text in typed.items() if text.strip()}


def of(user: User, case: Case) -> Mapping[str, Draft]:
    """A person's drafts for a case, by verb."""
    return {row.verb: row for row in Draft.objects.filter(user=user, case=case).order_by("at")}


def forget(user: User, case: Case, verb: str) -> None:
    """It was sent, or isn't wanted."""
    Draft.objects.filter(user=user, case=case, verb=verb).delete()
