"""Special-attention marks: the list of all for those who read them, one mark with its history, and its acts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from huiyin.cases import queries as cases
from huiyin.cases.actions import BadInput, By
from huiyin.fairness import marked, marks
from huiyin.org import access
from huiyin.org import queries as org
from huiyin.org.access import Forbidden, Verb
from huiyin.web.plain import PlainForm

from .door import StaffRequest, show, staff
from .fields import prose, radios, yes_no
from .inbox import number as number_in
from .reach import can

if TYPE_CHECKING:
    from huiyin.fairness.models import Mark, Objection


def _day(label: Any) -> forms.DateField:
    help_text = _("At most 180 days ahead; then it vanishes, unless it is extended with a new reason.")
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    field = forms.DateField(label=label, widget=widget, help_text=help_text)
    field.size = "short"  # type: ignore[attr-defined]
    return field


class MarkForm(PlainForm):
    """A new mark."""

    kind = radios(_("What for"), marks.KINDS)
    reason = prose(_("Reason"), rows=2, help_text=_("Facts, not judgements: the customer may ask to read it."))
    advice = prose(
        _("What to do"), rows=2, help_text=_("For whoever works on an open case of theirs: go by two, speak slowly …")
    )
    until = _day(_("Until"))


class ExtendForm(PlainForm):
    """A later day, and why."""

    until = _day(_("Until"))
    reason = prose(_("Reason"), rows=2)


class EndForm(PlainForm):
    """Why it is taken off."""

    reason = prose(_("Reason"), rows=2)


class ObjectForm(PlainForm):
    """What the customer says against it."""

    words = prose(_("The customer's words"), rows=3)


class DecideForm(PlainForm):
    """Who is right, and why."""

    upheld = yes_no(_("Is the customer right? Then the mark ends."), required=True)
    reason = prose(_("Reason"), rows=2, help_text=_("The customer is told it."))


class ToldForm(PlainForm):
    """How the customer was told."""

    words = prose(_("How the customer was told, and what they said"), rows=2)


@dataclass(frozen=True)
class MarkAct:
    """An act on a mark."""

    name: str | Promise
    done: str | Promise
    form: type[forms.Form]
    run: Callable[..., Any]
    verb: Verb | None = Verb.MARK
    """None: of everybody who sees it."""


MARK_ACTS: Mapping[str, MarkAct] = {
    "decide": MarkAct(_("Decide on the objection"), _("Decided; now tell the customer."), DecideForm, marks.decide),
    "told": MarkAct(_("The customer was told"), _("Written down."), ToldForm, marks.told),
    "object": MarkAct(
        _("The customer objects"), _("Written down; somebody else decides."), ObjectForm, marks.object_to, None
    ),
    "extend": MarkAct(_("Let it run longer"), _("Extended."), ExtendForm, marks.extend),
    "end": MarkAct(_("Take the mark off"), _("The mark has ended."), EndForm, marks.end),
}


@require_safe
@staff
def listing(request: StaffRequest) -> HttpResponse:
    """All marks, with when they end, how many of each kind, and objections that wait: nothing is secret."""
    if not can(request.user, Verb.MARKS):
        raise Forbidden(Verb.MARKS)
    day, ended = marks.today(org.organisation().root.pk, request.now), "ended" in request.GET
    page = marked.page(request.user, day, ended=ended, before=number_in(request.GET.get("before")))
    kept = "ended=1&" if ended else ""
    context = {
        "rows": page.items,
        "ended": ended,
        "soon": day + timedelta(days=14),
        "counts": {},
        "kinds": marked.counts(request.user, day),
        "waiting": marked.waiting(request.user),
        "older_url": f"?{kept}before={page.next}" if page.next else "",
    }
    return show(request, "desk/marks.html", context, view="marks", counted=False)


@require_http_methods(["GET", "HEAD", "POST"])
@staff
def new(request: StaffRequest, number: str) -> HttpResponse:
    """Mark the customer of a case."""
    case = cases.get(request.user, number)
    if not marked.may_mark(request.user, case):
        raise Forbidden(Verb.MARK)
    assert case.customer is not None
    form = MarkForm(request.POST or None)
    if form.is_valid():
        try:
            made = marks.set_mark(case.customer, By(request.user, request.now), **form.cleaned_data)
        except BadInput as error:
            form.add_error(error.field if error.field in form.fields else None, error.text)
        else:
            messages.success(request, gettext("The customer is marked until the day you gave."))
            return redirect("mark", made.pk)
    status = 422 if form.is_bound else 200
    context = {"form": form, "case": case, "customer": case.customer, "before": marked.of_customer(case.customer)}
    return show(request, "desk/mark_new.html", context, view="marks", status=status, counted=False)


@require_safe
@staff
def mark(request: StaffRequest, pk: int) -> HttpResponse:
    """One mark: what to do, and for those who read all of them why, who has seen it, and what happened."""
    return _page(request, marked.get(request.user, pk, request.now))


@require_http_methods(["GET", "HEAD", "POST"])
@staff
def act(request: StaffRequest, pk: int, act: str) -> HttpResponse:
    """An act: GET opens its form, POST does it."""
    one, found = marked.get(request.user, pk, request.now), MARK_ACTS.get(act)
    if found is None:
        raise Http404
    if found.verb is not None:
        access.require(request.user, found.verb, one.customer.site_id)
    form = found.form(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            found.run(pk, By(request.user, request.now), **form.cleaned_data)
        except BadInput as error:
            form.add_error(error.field if error.field in form.fields else None, error.text)
        else:
            messages.success(request, str(found.done))
            return redirect("mark", pk) if can(request.user, Verb.MARKS) else redirect("inbox_home")
    return _page(request, one, {"slug": act, "act": found, "form": form}, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@staff
def paper(request: StaffRequest, pk: int) -> HttpResponse:
    """What the customer gets when they ask: the mark as it stands, to be printed. POST writes down that they did."""
    one = marked.get(request.user, pk, request.now)
    access.require(request.user, Verb.MARKS, one.customer.site_id)
    if request.method == "POST":
        marks.printed(one, By(request.user, request.now))
        messages.success(request, gettext("Written down that the customer has it on paper."))
        return redirect("mark", pk)
    context = {"mark": one, "objections": marked.objections(one), "counts": {}}
    return show(request, "desk/mark_paper.html", context, view="marks", counted=False)


def _page(request: StaffRequest, one: Mark, opened: dict[str, Any] | None = None, *, status: int = 200) -> HttpResponse:
    marked.seen(request.user, one, request.now)
    site = one.customer.site_id
    whole, runs = access.may(request.user, Verb.MARKS, site), marked.runs(one, marks.today(site, request.now))
    objections = marked.objections(one)
    context = {
        "mark": one,
        "runs": runs,
        "whole": whole,
        "objections": objections,
        "log": [(marked.DID[row.did], row) for row in marked.log(one)] if whole else [],
        "sights": marked.sights(one) if whole else [],
        "offers": _offers(request, one, objections, runs=runs),
        "opened": opened,
    }
    return show(request, "desk/mark.html", context, view="marks", status=status, counted=False)


def _offers(
    request: StaffRequest, one: Mark, objections: list[Objection], *, runs: bool
) -> list[tuple[str, str | Promise]]:
    waits = any(row.upheld is None for row in objections)
    fits = {
        "decide": waits and one.set_by_id != request.user.pk,
        "told": any(row.upheld is not None and row.told_at is None for row in objections),
        "object": runs and not waits,
        "extend": runs,
        "end": runs,
    }
    may = access.may(request.user, Verb.MARK, one.customer.site_id)
    return [(slug, found.name) for slug, found in MARK_ACTS.items() if fits[slug] and (may or found.verb is None)]
