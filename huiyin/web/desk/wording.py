"""Words beside a composer: phrases, what had better not be said, and promises that may become commitments."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from huiyin.cases import queries as cases
from huiyin.cases.given import BadInput, By
from huiyin.cases.workflow import WORKING, EventKind
from huiyin.clocks import queries as clocks
from huiyin.org import history
from huiyin.org.access import Verb
from huiyin.standards import outgoing
from huiyin.standards import queries as standards
from huiyin.standards.placeholders import Values

from .door import StaffRequest, show, staff
from .fields import local_text
from .sheet import Sheet, said

if TYPE_CHECKING:
    from huiyin.cases.models import Case
    from huiyin.standards.models import Phrase

_MOST = 20_000
INSIDE = "reply"
"""The situation whose phrases are no words to a customer."""
LEVELS = {
    "hint": pgettext_lazy("of words", "Hint"),
    "warn": pgettext_lazy("of words", "Think again"),
    "block": gettext_lazy("Not sent"),
}


@require_safe
@staff
def words(request: StaffRequest) -> HttpResponse:
    """All phrases to read and search, and what had better not be said."""
    asked = {name: request.GET.get(name, "") for name in ("q", "situation", "temperament")}
    found = standards.phrases(asked["q"][:200], situation=asked["situation"], temperament=asked["temperament"])
    context = {
        "asked": asked,
        "groups": _by_situation([_line(row, {}) for row in found]),
        "situations": standards.SITUATIONS,
        "temperaments": standards.TEMPERAMENTS,
        "forbidden": [row for row in standards.lexicon().forbidden if row.active],
        "levels": LEVELS,
        "may_edit": history.may_edit(request.user),
    }
    return show(request, "desk/words.html", context, view="words")


def _by_situation(rows: list[dict[str, Any]]) -> list[tuple[str, list[dict[str, Any]]]]:
    names = [(code, str(name)) for code, name in standards.SITUATIONS]
    groups = [(name, [row for row in rows if row["phrase"].situation == code]) for code, name in names]
    return [group for group in groups if group[1]]


def _line(row: Phrase, values: Values) -> dict[str, Any]:
    return {"phrase": row, "text": outgoing.filled(standards.words_of(row), values)}


@require_http_methods(["GET", "HEAD", "POST"])
@staff
def beside_case(request: StaffRequest, number: str) -> HttpResponse:
    """GET: the phrases, filled in for a case; POST: what is to be said about a text."""
    case = cases.get(request.user, number)
    timezone.activate(ZoneInfo(case.site.time_zone))
    values = outgoing.values(case, request.user, request.now, clocks.heard_by)
    if request.method == "POST":
        return _found(request, values, case)
    rows = [_line(row, values) for row in standards.phrases() if row.use != "spoken" and row.situation != INSIDE]
    situations = [one for one in standards.SITUATIONS if one[0] != INSIDE]
    context = {"rows": rows, "situations": situations, "temperaments": standards.TEMPERAMENTS}
    return render(request, "desk/words_panel.html", context)


@require_POST
@staff
def check(request: StaffRequest) -> HttpResponse:
    """What is to be said about a text for the customers of many cases."""
    return _found(request, {}, None)


def _found(request: StaffRequest, values: Values, case: Case | None) -> HttpResponse:
    text = request.POST.get("text", "")[:_MOST]
    findings = [
        {
            "one": one,
            "level": LEVELS[one.level],
            "better": outgoing.filled(one.better, values),
        }
        for one in outgoing.look(text, values)
    ]
    offers = outgoing.offers(text, request.now, case.site) if case and "promises" in request.POST else []
    return render(request, "desk/words_found.html", {"findings": findings, "offers": offers, "now": request.now})


def do(act: Any, sheet: Sheet, by: By, posted: QueryDict, given: Mapping[str, Any]) -> Any:
    """Do a verb, and make commitments of the promises that were ticked beside its words."""

    def run(by: By) -> object:
        return act.run(sheet.case.pk, by, **given)

    # A draft promises nothing.
    promises = [_promise(value) for value in posted.getlist("promise")] if given.get("public", True) else []
    return outgoing.with_promises(run, sheet.case.pk, by, promises) if promises else run(by)


def _promise(value: str) -> tuple[str, datetime]:
    """The words and the deadline of a promise, posted as `deadline words`."""
    due, _space, text = value.partition(" ")
    try:
        due_at = datetime.fromisoformat(due)
    except ValueError:
        due_at = None
    if due_at is None or due_at.tzinfo is None:
        raise BadInput("promise", _("The time of the promise can't be read: use “Promise something”."))
    return text, due_at


def first_words(asked: QueryDict) -> dict[str, str]:
    """What a link fills into the form of a promise."""
    return {name: str(asked[name])[:_MOST] for name in ("text", "due_at") if name in asked}


def promised(sheet: Sheet) -> list[dict[str, Any]]:
    """Promises in the last words that the customer was sent, of which no commitment was made."""
    if sheet.case.status not in WORKING or not sheet.may(Verb.COMMIT):
        return []
    speaking = standards.SPEAKING - {EventKind.COMMITTED}
    ours = (e for e in reversed(sheet.entries) if e.event.kind in speaking and "text" in e.event.data.get("shown", ()))
    last = next(ours, None)
    if last is None:
        return []
    kept = {promise.due_at.replace(second=0, microsecond=0) for promise in sheet.promises}
    found = outgoing.offers(said(last), last.event.at, sheet.case.site)
    url = reverse("case_act", args=[sheet.case.number, "commit"])
    return [
        {"offer": one, "url": url, "due": due, "change": f"{url}?{urlencode({'text': one.text, 'due_at': due})}"}
        for one in found
        if one.due_at > sheet.now and one.due_at.replace(second=0, microsecond=0) not in kept
        for due in [local_text(timezone.localtime(one.due_at))]
    ]
