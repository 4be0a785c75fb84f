"""Emergency calls: who is called at once, in which order."""

from __future__ import annotations

from dataclasses import asdict, replace
from itertools import groupby
from typing import TYPE_CHECKING, Any

from django import forms
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from huiyin.alerts import emergencies
from huiyin.alerts import rules as editing
from huiyin.alerts.rules import CallValues
from huiyin.cases import queries as cases
from huiyin.org import history
from huiyin.org import queries as org
from huiyin.web.desk.door import StaffRequest
from huiyin.web.desk.inbox import number

from .door import EditForm, ask, done, editor, page, reader, saved
from .lines import call_name, who_name
from .sites import site_choices

if TYPE_CHECKING:
    from huiyin.alerts.models import CallRule


class CallForm(EditForm):
    """A line of the order."""

    site = forms.ChoiceField(label=gettext_lazy("Site"), help_text=gettext_lazy("It holds for all below it too."))
    severity = forms.ChoiceField(label=gettext_lazy("Severity"), choices=editing.SEVERITIES)
    category = forms.ChoiceField(
        label=gettext_lazy("Category"),
        required=False,
        help_text=gettext_lazy("Lines of the nearest category hold alone; then those of the nearest site."),
    )
    order = forms.IntegerField(label=gettext_lazy("Step"), min_value=1, max_value=editing.MOST_STEPS)
    who = forms.ChoiceField(label=gettext_lazy("Who is called"))
    minutes = forms.IntegerField(
        label=gettext_lazy("Minutes until the next step"),
        min_value=0,
        max_value=editing.MOST_MINUTES,
        help_text=gettext_lazy("If nobody has acknowledged by then, the next step is called too."),
    )
    rescue = forms.CharField(
        label=gettext_lazy("Rescue first"),
        required=False,
        max_length=editing.MOST_RESCUE,
        help_text=gettext_lazy("Whom to call first outside the house; it stands on top of such a case."),
    )

    def __init__(self, data: Any = None, *, values: CallValues, new: bool = False) -> None:
        super().__init__(data, initial=asdict(values) | {"version": "" if new else history.version(values)})
        self.offer("site", site_choices(values.site))
        self.offer("category", _category_choices())
        self.offer("who", _who_choices(values.who))

    def values(self) -> CallValues:
        """What was typed."""
        return CallValues(**{name: value for name, value in self.cleaned_data.items() if name != "version"})


def _category_choices() -> list[tuple[str, str]]:
    known = cases.categories()
    rows = sorted(known.by_id.values(), key=lambda row: [one.pk for one in known.line(row)])
    return [("", _("All categories")), *((row.code, "　" * row.code.count("/") + str(row)) for row in rows)]


def _who_choices(keep: str) -> list[tuple[Any, Any]]:
    """Roles, departments in use, people who are here; what is chosen already stays."""
    units = [("department:" + unit.code, unit.name) for unit in org.organisation().departments.values() if unit.active]
    people = [(f"user:{one.username}", one.name) for one in org.staff()]
    roles = [(f"role:{code}", label) for code, label in editing.ROLES]
    groups: list[tuple[Any, Any]] = [("", _("Choose who is called"))]
    groups += [(_("Departments"), units), (_("Roles"), roles), (_("Staff"), people)]
    known = {code for _name, rows in groups[1:] for code, _label in rows}
    return groups if not keep or keep in known else [*groups, (keep, who_name(keep))]


@reader
def calls(request: StaffRequest) -> HttpResponseBase:
    """Every order, step by step."""
    rows = groupby(editing.all_rules(), key=lambda row: (row.site_id, row.category_id, row.severity))
    orders = [_order([*steps]) for _key, steps in rows]
    return page(request, "settings/calls.html", {"orders": orders}, area="calls")


def _order(steps: list[CallRule]) -> dict[str, Any]:
    first, rescues = steps[0], {one.rescue for one in steps}
    return {
        "rescue": first.rescue if len(rescues) == 1 else "",
        "site": org.organisation().sites[first.site_id],
        "severity": first.severity,
        "category": cases.categories().by_id[first.category_id] if first.category_id else None,
        "last": steps[-1],
        "steps": [
            {
                "row": one,
                "who": who_name(editing.values_of(one).who),
                "nobody": _reaches_nobody(one),
                "rescue": one.rescue if len(rescues) > 1 else "",
            }
            for one in steps
        ],
    }


def _reaches_nobody(rule: CallRule) -> bool:
    """Is there no site of those it holds for at which anybody would be called?"""
    known = emergencies.rules()
    return not any(known.people(rule, site) for site in org.organisation().below(rule.site_id))


@editor
def new_call(request: StaffRequest) -> HttpResponseBase:
    """Add a line; `?like=` begins with what another one is for, a step later."""
    values = CallValues(org.organisation().root.code, "P1", 1, "", 5)
    if (pk := number(request.GET.get("like"))) is not None:
        like = editing.values_of(editing.rule(pk))
        values = replace(like, order=min(like.order + 1, editing.MOST_STEPS), who="", rescue="")
    form = CallForm(request.POST or None, values=values, new=True)
    if form.is_valid() and saved(request, form, lambda by: editing.add(form.values(), by)):
        return done(request, _("The step is added."), "settings_calls")
    title = _("New step of emergency calls")
    return page(request, "settings/edit.html", {"form": form, "title": title, "up": "settings_calls"})


@editor
def call(request: StaffRequest, pk: int) -> HttpResponseBase:
    """Change a line."""
    found = editing.rule(pk)
    form = CallForm(request.POST or None, values=editing.values_of(found))
    if form.is_valid() and saved(request, form, lambda by: editing.change(pk, form.values(), by)):
        return done(request, _("Saved."), "settings_calls")
    context = {"form": form, "title": call_name(found), "up": "settings_calls"}
    context |= {"remove": reverse("settings_call_remove", args=[pk])}
    context["note"] = _("Calls that are under way go on by it from their next step.")
    return page(request, "settings/edit.html", context, area="calls", thing=str(pk))


@editor
def remove_call(request: StaffRequest, pk: int) -> HttpResponseBase:
    """Take a line away."""
    found = editing.rule(pk)
    context: dict[str, Any] = {"title": _("Remove %(name)s") % {"name": call_name(found)}, "danger": True}
    context |= {"button": _("Remove the step"), "told": _("The step is removed."), "facts": _facts(found)}
    context["text"] = _("Nobody is called by it any more. The history keeps what it was.")
    return ask(request, context, lambda by: editing.remove(pk, by), "settings_calls")


def _facts(found: CallRule) -> list[tuple[str, str]]:
    values = editing.values_of(found)
    return [
        (_("Who is called"), who_name(values.who)),
        (_("Minutes until the next step"), str(values.minutes)),
        (_("Rescue first"), values.rescue or "–"),
    ]
