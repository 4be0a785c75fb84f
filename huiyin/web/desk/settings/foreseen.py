"""What is worth warning customers of: the list, one with what its figures were counted from, and the numbers of it."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from huiyin.cases import queries as cases
from huiyin.cases.actions import BadInput, By
from huiyin.org import access, history
from huiyin.org.access import Forbidden, Verb
from huiyin.standards import foreseeing, foreseen, warning
from huiyin.standards.foreseeing import LIMITS, RuleValues
from huiyin.web.desk.door import StaffRequest, show, staff
from huiyin.web.desk.fields import prose
from huiyin.web.desk.reach import can
from huiyin.web.plain import PlainForm

from .door import EditForm, done, editor, page, saved
from .warned import LABELS

if TYPE_CHECKING:
    from huiyin.standards.models import Foreseen


class OffForm(PlainForm):
    """Not now: until when, and why."""

    until = forms.DateField(label=gettext_lazy("Ask again on"), widget=forms.DateInput(attrs={"type": "date"}))
    reason = prose(gettext_lazy("Reason"), rows=2, help_text=gettext_lazy("For colleagues; customers don't read it."))


class RuleForm(EditForm):
    """The numbers, and where they are from."""

    source = forms.CharField(label=gettext_lazy("Where the numbers are from"), max_length=foreseeing.MOST_SOURCE)

    def __init__(self, data: Any = None, *, values: RuleValues) -> None:
        told = {"source": _(values.source), "version": history.version(values)}
        super().__init__(data, initial=asdict(values) | told)
        for name, (least, most) in LIMITS.items():
            self.fields[name] = forms.IntegerField(label=LABELS[name], min_value=least, max_value=most)
            self.fields[name].size = "short"  # type: ignore[attr-defined]
        self.order_fields([*LIMITS, "source"])

    def values(self) -> RuleValues:
        """What was typed."""
        return RuleValues(**{name: self.cleaned_data[name] for name in (*LIMITS, "source")})


@require_safe
@staff
def listing(request: StaffRequest) -> HttpResponse:
    """What weighs most first; what was put off below."""
    if not can(request.user, Verb.NOTICE):
        raise Forbidden(Verb.NOTICE)
    rows = [_row(request, one) for one in foreseen.current(request.user)]
    context = {
        "rows": [one for one in rows if not one["off"]],
        "put_off": [one for one in rows if one["off"]],
        "bar": foreseeing.rule().bar,
        "may_edit": history.may_edit(request.user),
    }
    return show(request, "settings/foreseen.html", context, view="customer_notices")


def _row(request: StaffRequest, one: Foreseen) -> dict[str, Any]:
    severe = {"severity": "P1,P2"}
    before = foreseen.before(one)
    return {
        "row": one,
        "off": foreseen.is_off(one, request.now),
        "told_of": foreseen.told_of(one, request.now),
        "ahead": foreseen.ahead(one),
        "reach": warning.share(one.customers, one.homes) if one.homes else None,
        "severe_share": warning.share(one.severe, one.cases),
        "new_share": warning.share(one.first, one.customers),
        "cases_url": _cases(one, one.first_day, one.last_day),
        "severe_url": _cases(one, one.first_day, one.last_day, **severe),
        "before_url": _cases(one, before.first, before.last) if before else "",
        "write_url": _write(one),
    }


def _cases(one: Foreseen, first: date, last: date, **more: str) -> str:
    asked = {"site": one.site.code, "category": one.category.code, "since": first.isoformat()}
    return f"{reverse('inbox', args=['all'])}?{urlencode(asked | {'until': last.isoformat()} | more)}"


def _write(one: Foreseen) -> str:
    """The form of a notice, filled with what is known."""
    asked = {"site": one.site.code, "category": one.category.code, "kind": "season" if one.why == "season" else "use"}
    begins = foreseen.ahead(one)
    span = {"begins": begins.isoformat(), "days": str(warning.WEEKS)} if begins else {}
    return f"{reverse('settings_notice_new')}?{urlencode(asked | span)}"


@require_http_methods(["GET", "HEAD", "POST"])
@staff
def one(request: StaffRequest, pk: int) -> HttpResponse:
    """One, with the cases in which it was met for the first time; sent, it is put off."""
    found = foreseen.get(request.user, pk)
    access.require(request.user, Verb.NOTICE, found.site_id)
    form = OffForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            foreseeing.put_off(pk, By(request.user, request.now), **form.cleaned_data)
        except BadInput as error:
            form.add_error(error.field if error.field in form.fields else None, error.text)
        else:
            messages.success(request, _("Put off; it stands below, and can be taken up again."))
            return redirect("settings_foreseen")
    card = _row(request, found)
    context = {
        "row": found,
        "off": card["off"],
        "card": card,
        "first_cases": cases.some(request.user, found.first_cases),
        "form": form,
    }
    status = 422 if form.is_bound else 200
    return show(request, "settings/foreseen_one.html", context, view="customer_notices", status=status)


@require_POST
@staff
def take_up(request: StaffRequest, pk: int) -> HttpResponse:
    """Now after all."""
    foreseeing.take_up(pk, By(request.user, request.now))
    messages.success(request, _("It waits again."))
    return redirect("settings_foreseen")


@editor
def rule(request: StaffRequest) -> HttpResponseBase:
    """Change from when on something is worth a warning."""
    form = RuleForm(request.POST or None, values=foreseeing.rule())
    if form.is_valid() and saved(request, form, lambda by: foreseeing.change(form.values(), by)):
        return done(request, _("Saved. Every site is looked at anew."), "settings_foreseen_rule")
    context = {"form": form, "title": _("Worth warning of: the numbers"), "up": "settings_foreseen"}
    return page(request, "settings/edit.html", context, area="warnings", thing=foreseeing.THING)
