"""Authority limits and budgets: who may grant how much by themselves, and out of what."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Any

from django import forms
from django.http import Http404
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from huiyin.base import money
from huiyin.org import history
from huiyin.org import queries as org
from huiyin.org.history import BadSetting
from huiyin.recovery import editing, ledger, queries
from huiyin.recovery.editing import BudgetValues, LimitValues
from huiyin.web.desk.door import StaffRequest
from huiyin.web.desk.inbox import number
from huiyin.web.desk.remedy_forms import AmountField

from .door import EditForm, ask, done, editor, page, reader, saved
from .lines import limit_name
from .sites import site_choices


class LimitForm(EditForm):
    """A line of the table."""

    role = forms.ChoiceField(label=gettext_lazy("Role"), choices=editing.ROLES)
    severity = forms.ChoiceField(
        label=gettext_lazy("Severity"),
        choices=[("", gettext_lazy("all without a line of their own")), *editing.SEVERITIES],
        required=False,
    )
    per_case = AmountField(label=gettext_lazy("In one case"), required=True)
    per_customer = AmountField(
        label=gettext_lazy("For one customer a year"), help_text=gettext_lazy("Empty: no limit.")
    )
    per_month = AmountField(
        label=gettext_lazy("By this role at a site a month"), help_text=gettext_lazy("Empty: no limit.")
    )
    two_above = AmountField(
        label=gettext_lazy("Two people above"), help_text=gettext_lazy("Empty: one person is always enough.")
    )
    currency = forms.ChoiceField(
        label=gettext_lazy("Currency"), choices=[(one, one) for one in money.CURRENCIES], initial=money.DEFAULT
    )

    def __init__(self, data: Any = None, *, values: LimitValues | None = None) -> None:
        initial: dict[str, Any] = {}
        if values is not None:
            initial = asdict(values) | {"version": history.version(values)}
            initial |= {name: _typed(getattr(values, name), values.currency) for name in _AMOUNTS}
        super().__init__(data, initial=initial)

    def values(self) -> LimitValues:
        """What was typed."""
        return LimitValues(**{name: value for name, value in self.cleaned_data.items() if name != "version"})


_AMOUNTS = ("per_case", "per_customer", "per_month", "two_above")


def _typed(amount: int | None, currency: str) -> str:
    return "" if amount is None else money.plain(amount, currency)


def _shown(amount: int | None, currency: str) -> str:
    return "–" if amount is None else money.show(amount, currency)


@reader
def limits(request: StaffRequest) -> HttpResponseBase:
    """The table of limits."""
    rows = [
        {"row": row, "name": limit_name(row), "amounts": [_shown(getattr(row, one), row.currency) for one in _AMOUNTS]}
        for row in queries.all_limits()
    ]
    alone = [
        {"name": limit_name(row), "amount": _shown(row.two_above, row.currency), "sites": sites}
        for row, sites in queries.alone().items()
    ]
    return page(request, "settings/limits.html", {"rows": rows, "alone": alone}, area="limits")


@editor
def new_limit(request: StaffRequest) -> HttpResponseBase:
    """Add a line."""
    form = LimitForm(request.POST or None)
    if form.is_valid() and saved(request, form, lambda by: editing.add_limit(form.values(), by)):
        return done(request, _("The limit is added and holds at once."), "settings_limits")
    title = _("New limit")
    return page(request, "settings/edit.html", {"form": form, "title": title, "up": "settings_limits"})


@editor
def limit(request: StaffRequest, pk: int) -> HttpResponseBase:
    """Change a line."""
    found = editing.find_limit(pk)
    form = LimitForm(request.POST or None, values=editing.limit_values(found))
    if form.is_valid() and saved(request, form, lambda by: editing.change_limit(pk, form.values(), by)):
        return done(request, _("Saved."), "settings_limits")
    context = {"form": form, "title": limit_name(found), "up": "settings_limits"}
    context |= {"remove": reverse("settings_limit_remove", args=[pk])}
    context["note"] = _("What was granted under the old limit stays granted.")
    return page(request, "settings/edit.html", context, area="limits", thing=str(pk))


@editor
def remove_limit(request: StaffRequest, pk: int) -> HttpResponseBase:
    """Take a line away."""
    found = editing.find_limit(pk)
    context: dict[str, Any] = {"title": _("Remove %(name)s") % {"name": limit_name(found)}, "danger": True}
    context |= {"button": _("Remove the limit"), "told": _("The limit is removed.")}
    context["facts"] = [(_("In one case"), _shown(found.per_case, found.currency))]
    context["text"] = _("This role grants nothing by it any more: somebody with a higher one decides.")
    return ask(request, context, lambda by: editing.remove_limit(pk, by), "settings_limits")


class BudgetForm(EditForm):
    """A new budget."""

    site = forms.ChoiceField(
        label=gettext_lazy("Site"), help_text=gettext_lazy("It pays for all below it that have none of their own.")
    )
    department = forms.ChoiceField(label=gettext_lazy("Department"), required=False)
    month = forms.RegexField(
        label=gettext_lazy("Month"),
        regex=r"^[0-9]{4}-[0-9]{2}$",
        widget=forms.TextInput(attrs={"type": "month"}),
        error_messages={"invalid": gettext_lazy("A month is written like 2026-03.")},
    )
    total = AmountField(label=gettext_lazy("Amount"), required=True)
    currency = forms.ChoiceField(
        label=gettext_lazy("Currency"), choices=[(one, one) for one in money.CURRENCIES], initial=money.DEFAULT
    )

    def __init__(self, data: Any = None, *, month: str) -> None:
        super().__init__(data, initial={"month": month})
        self.offer("site", site_choices(""))
        units = [(unit.code, unit.name) for unit in org.organisation().departments.values() if unit.active]
        self.offer("department", [("", _("all departments")), *units])

    def values(self) -> BudgetValues:
        """What was typed."""
        return BudgetValues(**{name: value for name, value in self.cleaned_data.items() if name != "version"})


class TotalForm(EditForm):
    """Another amount."""

    total = AmountField(label=gettext_lazy("Amount"), required=True)


def _month(request: StaffRequest) -> date:
    asked = request.GET.get("month", "")
    try:
        return editing.month_of(asked) if asked else timezone.localdate(request.now).replace(day=1)
    except BadSetting as error:
        raise Http404 from error


def _beside(month: date, by: int) -> str:
    place = month.year * 12 + month.month - 1 + by
    return f"{place // 12:04d}-{place % 12 + 1:02d}"


@reader
def budgets(request: StaffRequest) -> HttpResponseBase:
    """The budgets of a month."""
    month = _month(request)
    rows = [
        {"row": row, "name": ledger.name_of(row), **{one: _shown(getattr(row, one), row.currency) for one in _POTS}}
        for row in queries.all_budgets(month)
    ]
    context = {"rows": rows, "month": month, "before": _beside(month, -1), "after": _beside(month, 1)}
    return page(request, "settings/budgets.html", context, area="budgets")


_POTS = ("total", "reserved", "spent", "free")


@editor
def new_budget(request: StaffRequest) -> HttpResponseBase:
    """Set a budget for a month."""
    form = BudgetForm(request.POST or None, month=f"{_month(request):%Y-%m}")
    if form.is_valid() and saved(request, form, lambda by: editing.add_budget(form.values(), by)):
        return done(request, _("The budget is set."), "settings_budgets")
    return page(request, "settings/edit.html", {"form": form, "title": _("New budget"), "up": "settings_budgets"})


@editor
def budget(request: StaffRequest, pk: int) -> HttpResponseBase:
    """Change a budget, and see where its money went."""
    found = editing.find_budget(pk)
    values = editing.budget_values(found)
    initial = {"total": money.plain(found.total, found.currency), "version": history.version(values)}
    form = TotalForm(request.POST or None, initial=initial)
    if form.is_valid() and saved(request, form, lambda by: editing.change_budget(pk, form.cleaned_data["total"], by)):
        return done(request, _("Saved."), "settings_budget", pk)
    rows, older = queries.entries(pk, before=number(request.GET.get("before")))
    context = {"form": form, "row": found, "name": ledger.name_of(found), "older": older}
    context["pots"] = [(label, _shown(getattr(found, one), found.currency)) for one, label in _LABELS]
    context["entries"] = [(one, money.show(one.amount, one.currency)) for one in rows]
    return page(request, "settings/budget.html", context, area="budgets", thing=editing.thing(values))


_LABELS = (
    ("total", gettext_lazy("Budget")),
    ("reserved", gettext_lazy("reserved")),
    ("spent", gettext_lazy("spent")),
    ("free", gettext_lazy("free")),
)
