"""One verb for many cases: the form, what was sent, and taking it back."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext, ngettext_lazy, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from huiyin.base.ids import receipt_number
from huiyin.bulk import actions, queries
from huiyin.bulk.acts import ACTS
from huiyin.cases import lists
from huiyin.cases import queries as cases
from huiyin.cases.actions import BadInput
from huiyin.cases.severity import Severity
from huiyin.org import access
from huiyin.org import queries as org
from huiyin.org.access import Verb
from huiyin.web.plain import PlainForm

from .door import StaffRequest, show, staff
from .fields import prose
from .reach import can
from .rows import rows
from .tag_verbs import tag_field

if TYPE_CHECKING:
    from huiyin.bulk.models import Bulk
    from huiyin.org.models import User


class BulkForm(PlainForm):
    """What a verb needs for all cases alike. `user`: who sends it."""

    def __init__(self, *args: Any, user: User, **options: Any) -> None:
        super().__init__(*args, **options)
        self.user = user
        self.prepare()

    def prepare(self) -> None:
        """Fill in what depends on the person."""

    def data_of(self) -> dict[str, Any]:
        """What the action keeps."""
        return dict(self.cleaned_data)

    def choose(self, name: str, choices: Sequence[tuple[Any, Any]]) -> None:
        """Offer these for a field."""
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices


class AssignForm(BulkForm):
    """To whom."""

    to = forms.TypedChoiceField(label=_("To whom"), coerce=int)

    def prepare(self) -> None:
        """Those who work where this person may assign."""
        reach = access.reach(self.user, Verb.ASSIGN)
        people = org.staff(None if reach.everywhere else reach.sites)
        self.choose("to", [("", _("Choose a person")), *((person.pk, person.name) for person in people)])


class HandOverForm(BulkForm):
    """Which department is asked for what."""

    department = forms.TypedChoiceField(label=_("Department"), coerce=int)
    task = prose(_("Task"), help_text=_("It goes with each of the cases."))

    def prepare(self) -> None:
        """Departments in use, those that do the work first."""
        units = sorted(org.organisation().departments.values(), key=lambda unit: unit.stage != "back")
        offered = [(unit.pk, unit.name) for unit in units if unit.active]
        self.choose("department", [("", _("Choose a department")), *offered])


class TagForm(BulkForm):
    """Which tag."""

    tag = tag_field()

    def data_of(self) -> dict[str, Any]:
        """Its name."""
        return {"name": self.cleaned_data["tag"]}


class UntagForm(TagForm):
    """One of those that there are."""

    tag = forms.ChoiceField(label=_("Tag"))  # type: ignore[assignment]

    def prepare(self) -> None:
        """Offer them."""
        self.choose("tag", [(name, name) for name in lists.tags_offered()])


class SeverityForm(BulkForm):
    """How urgent, and why."""

    severity = forms.ChoiceField(label=_("Severity"), choices=Severity.choices)
    reason = prose(_("Reason"), rows=2, help_text=_("At least ten characters; it is kept with each case."))


@dataclass(frozen=True)
class BulkVerb:
    """A verb as lists offer it. `to_come` and `done` take a number of cases."""

    name: str | Promise
    title: Any
    to_come: Any
    done: Any
    form: type[BulkForm]
    danger: bool = False


VERBS: Mapping[str, BulkVerb] = {
    "assign": BulkVerb(
        _("Assign"),
        ngettext_lazy("Assign %d case", "Assign %d cases"),
        ngettext_lazy("%d case is about to be assigned", "%d cases are about to be assigned"),
        ngettext_lazy("%d case assigned", "%d cases assigned"),
        AssignForm,
    ),
    "hand-over": BulkVerb(
        _("Hand over"),
        ngettext_lazy("Hand over %d case", "Hand over %d cases"),
        ngettext_lazy("%d case is about to be handed over", "%d cases are about to be handed over"),
        ngettext_lazy("%d case handed over", "%d cases handed over"),
        HandOverForm,
    ),
    "tag": BulkVerb(
        _("Add a tag"),
        ngettext_lazy("Tag %d case", "Tag %d cases"),
        ngettext_lazy("%d case is about to be tagged", "%d cases are about to be tagged"),
        ngettext_lazy("%d case tagged", "%d cases tagged"),
        TagForm,
    ),
    "untag": BulkVerb(
        _("Take a tag off"),
        ngettext_lazy("Take a tag off %d case", "Take a tag off %d cases"),
        ngettext_lazy("%d case is about to lose a tag", "%d cases are about to lose a tag"),
        ngettext_lazy("%d case has lost a tag", "%d cases have lost a tag"),
        UntagForm,
    ),
    "severity": BulkVerb(
        _("Set the severity"),
        ngettext_lazy("Set the severity of %d case", "Set the severity of %d cases"),
        ngettext_lazy("The severity of %d case is about to be set", "The severity of %d cases is about to be set"),
        ngettext_lazy("Severity of %d case set", "Severity of %d cases set"),
        SeverityForm,
    ),
    "close": BulkVerb(
        pgettext_lazy("verb", "Close"),
        ngettext_lazy("Close %d case", "Close %d cases"),
        ngettext_lazy("%d case is about to be closed", "%d cases are about to be closed"),
        ngettext_lazy("%d case closed", "%d cases closed"),
        BulkForm,
        danger=True,
    ),
}
"""By the name of the act; in the order of the bar."""
_WHY: Mapping[str, str | Promise] = {
    "gone": _("It isn't there for you."),
    "forbidden": _("This isn't yours to do with this case."),
    "changed": _("Somebody else wrote to it meanwhile; read it, then do it there."),
    "status": _("Not possible as it stands: %s"),
    "input": "%s",
    "failed": _("Something went wrong on our side; try it on the page of the case."),
}


@dataclass(frozen=True)
class Sent:
    """An action that was sent, as a line above a list or as a page."""

    pk: int
    state: str
    sentence: str
    seconds: int
    """Until it is done; 0 when it has begun."""
    refused: int
    url: str
    mark: tuple[int, int, str]
    """Another one when there is something new to say."""


def offered(user: User) -> list[tuple[str, str, str]]:
    """The verbs that this person may do somewhere: name of the act, what it is called, its address."""
    return [
        (name, str(one.name), reverse("bulk", args=[name])) for name, one in VERBS.items() if can(user, ACTS[name].verb)
    ]


def sent(rows: Sequence[Bulk], now: datetime) -> list[Sent]:
    """These actions as lines."""
    return [_sent(row, now) for row in rows]


def _sent(row: Bulk, now: datetime) -> Sent:
    done = sum(1 for outcome, _words in row.results if outcome == "done")
    refused = len(row.results) - done
    waiting = row.state == "waiting"
    said = VERBS[row.act].to_come if waiting else VERBS[row.act].done
    return Sent(
        pk=row.pk,
        state=row.state,
        sentence=str(said % (len(row.cases) if waiting else done)),
        seconds=0 if row.started_at or not waiting else max(1, int((row.due_at - now).total_seconds()) + 1),
        refused=refused,
        url=reverse("bulk_sent", args=[row.pk]),
        mark=(row.pk, len(row.results), row.state),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff
def bulk(request: StaffRequest, act: str) -> HttpResponse:
    """GET: the form for the cases that were ticked. POST: send it; it is done ten seconds later."""
    verb = VERBS.get(act)
    if verb is None:
        raise Http404
    if not can(request.user, ACTS[act].verb):
        raise access.Forbidden(ACTS[act].verb)
    given = request.POST if request.method == "POST" else request.GET
    ids = _ids(given.getlist("case"))
    back = _back(request, given.get("next", ""))
    form = verb.form(request.POST if request.method == "POST" else None, user=request.user, auto_id="bulk_%s")
    if request.method == "POST" and form.is_valid() and _send(request, act, form, ids):
        return redirect(back)
    found = cases.of_ids(request.user, ids[: actions.MOST])
    context = {
        "title": verb.title % len(found) if found else verb.name,
        "verb": verb,
        "form": form,
        "rows": rows(found, request.now),
        "key": request.POST.get("key") or secrets.token_hex(16),
        "back": back,
    }
    return show(request, "desk/bulk.html", context, status=422 if form.is_bound else 200)


def _send(request: StaffRequest, act: str, form: BulkForm, ids: list[int]) -> bool:
    try:
        key = request.POST.get("key", "")[:64] or secrets.token_hex(16)
        actions.send(request.user, act, form.data_of(), ids, key=key, at=request.now)
    except BadInput as error:
        field = "tag" if error.field == "name" else error.field
        form.add_error(field if field in form.fields else None, error.text)
        return False
    return True


def _ids(numbers: Sequence[str]) -> list[int]:
    """Row ids of receipt numbers, each once; what is none is left out."""
    found: dict[int, None] = {}
    for number in numbers:
        try:
            found[cases.key_of(number)] = None
        except ObjectDoesNotExist:
            continue
    return list(found)


def _back(request: StaffRequest, wanted: str) -> str:
    good = wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
    return wanted if good else reverse("inbox_home")


@require_safe
@staff
def one(request: StaffRequest, pk: int) -> HttpResponse:
    """What became of an action, case by case."""
    row = queries.get(request.user, pk)
    found = {case.pk: case for case in cases.of_ids(request.user, [case_id for case_id, _seen in row.cases])}
    results = [*row.results, *([("", "")] * (len(row.cases) - len(row.results)))]
    lines = [
        (receipt_number(case_id), found.get(case_id), outcome, _why(outcome, words))
        for (case_id, _seen), (outcome, words) in zip(row.cases, results, strict=True)
    ]
    context = {"sent": _sent(row, request.now), "verb": VERBS[row.act], "lines": lines}
    return show(request, "desk/bulk_sent.html", context)


def _why(outcome: str, words: str) -> str:
    text = str(_WHY.get(outcome, ""))
    return text % words if "%s" in text else text


@require_POST
@staff
def undo(request: StaffRequest, pk: int) -> HttpResponse:
    """Take an action back, if it has not begun."""
    queries.get(request.user, pk)
    if actions.undo(request.user, pk):
        messages.success(request, gettext("Taken back: nothing was done."))
    else:
        messages.error(request, gettext("It had begun already; see below what was done."))
        return redirect("bulk_sent", pk)
    return redirect(_back(request, request.POST.get("next", "")))
